package dev.busbar.turbo;

/**
 * How much some rows count for.
 *
 * @param weight the sum of their weights
 * @param squares the sum of their squared weights, from which the effective size follows
 */
record Amount(double weight, double squares) {
    static final Amount NONE = new Amount(0, 0);

    /** One row. */
    static Amount of(double weight) {
        return new Amount(weight, weight * weight);
    }

    Amount plus(Amount other) {
        return new Amount(weight + other.weight, squares + other.squares);
    }
}
