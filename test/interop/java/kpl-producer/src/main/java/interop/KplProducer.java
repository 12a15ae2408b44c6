package interop;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordFailedException;
import software.amazon.kinesis.producer.UserRecordResult;

/**
 * Puts user records at a steady rate through the real KPL and reports the outcome of each on standard output: "ACK
 * number shard sequence" or "FAIL number reason", at the end "DONE". It reads them from a file, one in a line: "key
 * hash-key data", with key and data in base64 and "-" for no explicit hash key; their number is that of the line.
 */
public final class KplProducer {
    private static final AwsBasicCredentials CREDENTIALS = AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "secret");

    public static void main(String[] args) throws Exception {
        String stream = required("stream");
        List<String> records = Files.readAllLines(Path.of(required("records")));
        int perSecond = Integer.parseInt(required("perSecond"));

        KinesisProducer producer = new KinesisProducer(configuration());
        ExecutorService callbacks = Executors.newSingleThreadExecutor();
        CountDownLatch outstanding = new CountDownLatch(records.size());
        AtomicInteger failed = new AtomicInteger();

        long start = System.nanoTime();
        for (int number = 0; number < records.size(); number++) {
            long due = start + number * 1_000_000_000L / perSecond;
            long wait = due - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(wait / 1_000_000L, (int) (wait % 1_000_000L));
            }
            String[] fields = records.get(number).split(" ");
            String key = new String(Base64.getDecoder().decode(fields[0]), StandardCharsets.UTF_8);
            String hashKey = fields[1].equals("-") ? null : fields[1];
            Futures.addCallback(
                    producer.addUserRecord(stream, key, hashKey, ByteBuffer.wrap(Base64.getDecoder().decode(fields[2]))),
                    report(number, outstanding, failed),
                    callbacks);
        }
        producer.flushSync();
        outstanding.await();
        System.out.println("DONE");
        producer.destroy();
        callbacks.shutdown();
        System.exit(failed.get() == 0 ? 0 : 1);
    }

    private static KinesisProducerConfiguration configuration() {
        String host = required("host");
        int port = Integer.parseInt(required("port"));
        return new KinesisProducerConfiguration()
                .setRegion("us-east-1")
                .setCredentialsProvider(StaticCredentialsProvider.create(CREDENTIALS))
                .setKinesisEndpoint(host)
                .setKinesisPort(port)
                // Neither is called, but neither shall lead anywhere else if it were.
                .setCloudwatchEndpoint(host)
                .setCloudwatchPort(port)
                .setStsEndpoint(host)
                .setStsPort(port)
                .setVerifyCertificate(false)
                .setMetricsLevel("none")
                .setAggregationEnabled(true)
                .setRecordMaxBufferedTime(100)
                .setTempDirectory(required("temp"))
                .setLogLevel("info");
    }

    private static FutureCallback<UserRecordResult> report(int number, CountDownLatch outstanding, AtomicInteger failed) {
        return new FutureCallback<>() {
            @Override
            public void onSuccess(UserRecordResult result) {
                System.out.println("ACK " + number + " " + result.getShardId() + " " + result.getSequenceNumber());
                outstanding.countDown();
            }

            @Override
            public void onFailure(Throwable failure) {
                System.out.println("FAIL " + number + " " + reason(failure));
                failed.incrementAndGet();
                outstanding.countDown();
            }
        };
    }

    private static String reason(Throwable failure) {
        if (!(failure instanceof UserRecordFailedException)) {
            return failure.toString();
        }
        StringBuilder attempts = new StringBuilder();
        ((UserRecordFailedException) failure).getResult().getAttempts().forEach(attempt ->
                attempts.append(attempt.getErrorCode()).append(": ").append(attempt.getErrorMessage()).append("; "));
        return attempts.toString();
    }

    private static String required(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("missing -D" + name);
        }
        return value;
    }

    private KplProducer() {}
}
