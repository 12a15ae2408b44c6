import java.io.File;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

/** The KPL, putting JSON objects as fast as it takes them, with an outcome for each. */
public final class KplBench {
    /** As many as ours lets wait; the KPL has no bound of its own. */
    private static final int OUTSTANDING = 10_000;

    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode items = json.readTree(new File(Task.read("BENCH_ITEMS")));
        String stream = Task.read("BENCH_STREAM");
        long records = Long.parseLong(Task.read("BENCH_RECORDS"));
        KinesisProducer producer = new KinesisProducer(configuration());
        for (long number = 0; number < records; number++) {
            // The count goes through a pipe to the daemon's process; a look at each record would cost more than the record.
            while (number % 100 == 0 && producer.getOutstandingRecordsCount() > OUTSTANDING) {
                Thread.sleep(1);
            }
            JsonNode item = items.get((int) (number % items.size()));
            ByteBuffer data = ByteBuffer.wrap(json.writeValueAsBytes(item.get("value")));
            Futures.addCallback(
                    producer.addUserRecord(stream, item.get("partitionKey").asText(), data),
                    new FutureCallback<UserRecordResult>() {
                        @Override
                        public void onSuccess(UserRecordResult result) {
                            Task.tally();
                        }

                        @Override
                        public void onFailure(Throwable failure) {
                            failure.printStackTrace();
                            System.exit(1);
                        }
                    },
                    MoreExecutors.directExecutor());
        }
        producer.flushSync();
    }

    private static KinesisProducerConfiguration configuration() {
        URI endpoint = URI.create(Task.read("BENCH_ENDPOINT"));
        return new KinesisProducerConfiguration()
                .setRegion("us-east-1")
                .setCredentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "secret")))
                .setKinesisEndpoint(endpoint.getHost())
                .setKinesisPort(endpoint.getPort())
                // Neither is called, but neither shall lead anywhere else if it were.
                .setCloudwatchEndpoint(endpoint.getHost())
                .setCloudwatchPort(endpoint.getPort())
                .setStsEndpoint(endpoint.getHost())
                .setStsPort(endpoint.getPort())
                .setVerifyCertificate(false)
                .setMetricsLevel("none")
                // Percent of what a shard takes: the pace is not what is measured.
                .setRateLimit(1_000_000)
                .setTempDirectory(System.getProperty("temp"))
                .setLogLevel("warning");
    }

    private KplBench() {}
}
