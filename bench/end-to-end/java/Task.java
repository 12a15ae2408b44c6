import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** What the programs share: what they are to do, and how they say how far they are. */
final class Task {
    private static final long INTERVAL = 100_000_000L;
    private static final long EXPECTED = Long.parseLong(read("BENCH_RECORDS"));

    private static final AtomicLong COUNT = new AtomicLong();
    private static final AtomicLong DUE = new AtomicLong(System.nanoTime());

    static {
        // It stays until it is told to go, so that what it used can be read.
        new Thread(Task::endWithInput).start();
    }

    private static void endWithInput() {
        try {
            while (System.in.read() != -1) {
                // Wait for the end of the input.
            }
        } catch (IOException gone) {
            // As good as its end.
        }
        System.exit(0);
    }

    static String read(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException("missing " + name);
        }
        return value;
    }

    /** One more record is acknowledged or handled. */
    static void tally() {
        long count = COUNT.incrementAndGet();
        long now = System.nanoTime();
        long due = DUE.get();
        if (count < EXPECTED && (now < due || !DUE.compareAndSet(due, now + INTERVAL))) {
            return;
        }
        say("count " + count);
    }

    static void say(String line) {
        System.out.println(line);
    }

    private Task() {}
}
