import java.net.URI;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.common.KinesisClientUtil;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/** The KCL by polling, with its own defaults: it parses each record, and checkpoints what it was given at a time. */
public final class KclBench {
    public static void main(String[] args) {
        StaticCredentialsProvider credentials = StaticCredentialsProvider.create(
                AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "secret"));
        String stream = Task.read("BENCH_STREAM");
        KinesisAsyncClient kinesis = KinesisClientUtil.createKinesisAsyncClient(KinesisAsyncClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .endpointOverride(URI.create(Task.read("BENCH_ENDPOINT"))));
        DynamoDbAsyncClient dynamo = DynamoDbAsyncClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .endpointOverride(URI.create(Task.read("BENCH_DYNAMODB")))
                .build();
        // Never called, as metrics go to NullMetricsFactory: the configuration merely insists on one.
        CloudWatchAsyncClient cloudWatch = CloudWatchAsyncClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .build();
        ConfigsBuilder configs = new ConfigsBuilder(
                new SingleStreamTracker(
                        stream,
                        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
                Task.read("BENCH_APPLICATION"),
                kinesis,
                dynamo,
                cloudWatch,
                UUID.randomUUID().toString(),
                Processor::new);
        new Scheduler(
                        configs.checkpointConfig(),
                        configs.coordinatorConfig(),
                        configs.leaseManagementConfig(),
                        configs.lifecycleConfig(),
                        configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                        configs.processorConfig(),
                        configs.retrievalConfig().retrievalSpecificConfig(new PollingConfig(stream, kinesis)))
                .run();
    }

    private static final class Processor implements ShardRecordProcessor {
        private static final boolean COUNTS = Task.read("BENCH_TELL").equals("counts");
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public void initialize(InitializationInput input) {}

        @Override
        public void processRecords(ProcessRecordsInput input) {
            try {
                for (var record : input.records()) {
                    byte[] data = new byte[record.data().remaining()];
                    record.data().get(data);
                    JsonNode value = JSON.readTree(data);
                    if (COUNTS) {
                        Task.tally();
                    } else {
                        Task.say("shard " + value.get("shard"));
                    }
                }
                if (!input.records().isEmpty()) {
                    input.checkpointer().checkpoint();
                }
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        }

        @Override
        public void leaseLost(LeaseLostInput input) {}

        @Override
        public void shardEnded(ShardEndedInput input) {}

        @Override
        public void shutdownRequested(ShutdownRequestedInput input) {}
    }

    private KclBench() {}
}
