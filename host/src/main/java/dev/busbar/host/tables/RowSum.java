package dev.busbar.host.tables;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The count of rows, and a sum over them that does not depend on their order: the SHA-256 of each line, added modulo
 * 2^256. Two stores keep rows in different orders, and sorting them would take as much space again. For one thread.
 */
public final class RowSum {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);
    private static final int HEX = 16;

    private final MessageDigest digest;
    private BigInteger sum = BigInteger.ZERO;
    private long rows;

    /** The sum of no rows. */
    public RowSum() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: unknown (expected: every JDK has it)", e);
        }
    }

    /** Adds a row, as the line without its end. */
    public void add(byte[] line) {
        sum = sum.add(new BigInteger(1, digest.digest(line))).mod(MODULUS);
        rows++;
    }

    /** The count of rows. */
    public long rows() {
        return rows;
    }

    /** The sum, as 64 hexadecimal digits. */
    public String sum() {
        String hex = sum.toString(HEX);
        return "0".repeat(64 - hex.length()) + hex;
    }
}
