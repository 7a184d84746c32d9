package dev.busbar.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.busbar.rig.ServerProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The bytes that the threads of a server allocate, by {@code com.sun.management.ThreadMXBean}, read over its local
 * management agent. What a thread allocated that ended in between is not counted. Used by one thread.
 */
final class AllocationWatch implements AutoCloseable {
    private static final String[] LONGS = {"[J"};

    private final JMXConnector connector;
    private final MBeanServerConnection server;
    private final ObjectName threads;

    private AllocationWatch(JMXConnector connector, ObjectName threads) throws IOException {
        this.connector = connector;
        this.server = connector.getMBeanServerConnection();
        this.threads = threads;
    }

    /** Attaches to a server. The address is that of a process this one started, on this machine. */
    @SuppressWarnings("BanJNDI")
    static AllocationWatch attach(ServerProcess process) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
                return new AllocationWatch(
                        JMXConnectorFactory.connect(url), new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | JMException e) {
            throw new IOException("the server cannot be attached to", e);
        }
    }

    /** The bytes that each live thread has allocated since its start. */
    Map<Long, Long> read() throws IOException {
        try {
            long[] ids = (long[]) server.getAttribute(threads, "AllThreadIds");
            long[] bytes = (long[]) server.invoke(threads, "getThreadAllocatedBytes", new Object[] {ids}, LONGS);
            Map<Long, Long> byThread = new HashMap<>();
            for (int i = 0; i < ids.length; i++) {
                byThread.put(ids[i], Math.max(0, bytes[i]));
            }
            return byThread;
        } catch (JMException e) {
            throw new IOException("the allocations of the server cannot be read", e);
        }
    }

    /** The bytes that were allocated between two readings. */
    static long between(Map<Long, Long> before, Map<Long, Long> after) {
        return after.entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .sum();
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
