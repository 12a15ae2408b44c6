package interop;

import java.net.URI;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
import software.amazon.kinesis.coordinator.CoordinatorConfig;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.RetrievalConfig;
import software.amazon.kinesis.retrieval.fanout.FanOutConfig;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/**
 * Consumes a stream with the real KCL until its standard input ends, then shuts down gracefully. What it sees goes to
 * standard output, see {@link LedgerProcessor}.
 */
public final class KclConsumer {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIAIOSFODNN7EXAMPLE", "secret"));

    private static final int GRACE_SECONDS = 20;

    public static void main(String[] args) throws Exception {
        String stream = required("stream");
        String application = required("application");
        KinesisAsyncClient kinesis = KinesisClientUtil.createKinesisAsyncClient(KinesisAsyncClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(CREDENTIALS)
                .endpointOverride(URI.create(required("kinesis"))));
        DynamoDbAsyncClient dynamo = DynamoDbAsyncClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(CREDENTIALS)
                .endpointOverride(URI.create(required("dynamodb")))
                .build();
        // Never called, as metrics go to NullMetricsFactory: the configuration merely insists on one.
        CloudWatchAsyncClient cloudWatch = CloudWatchAsyncClient.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(CREDENTIALS)
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .build();

        Scheduler scheduler = scheduler(stream, application, kinesis, dynamo, cloudWatch);
        Thread thread = new Thread(scheduler, "scheduler");
        thread.setDaemon(true);
        thread.start();

        while (System.in.read() != -1) {
            // Wait for the end of the input.
        }
        try {
            scheduler.startGracefulShutdown().get(GRACE_SECONDS, TimeUnit.SECONDS);
            System.out.println("STOPPED");
        } catch (TimeoutException late) {
            // As the KCL 2.7 does: it goes on waiting for record processors that have had their last call.
            System.out.println("UNFINISHED");
        }
        System.exit(0);
    }

    private static Scheduler scheduler(
            String stream,
            String application,
            KinesisAsyncClient kinesis,
            DynamoDbAsyncClient dynamo,
            CloudWatchAsyncClient cloudWatch) throws ReflectiveOperationException {
        ConfigsBuilder configs = new ConfigsBuilder(
                new SingleStreamTracker(
                        stream,
                        InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
                application,
                kinesis,
                dynamo,
                cloudWatch,
                UUID.randomUUID().toString(),
                LedgerProcessor::new);
        RetrievalConfig retrieval = configs.retrievalConfig();
        retrieval.retrievalSpecificConfig(
                required("retrieval").equals("fan-out")
                        ? new FanOutConfig(kinesis).streamName(stream).applicationName(application)
                        : new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(250));
        // Shorter than the defaults, so that a split is walked in seconds; every protocol step stays the same.
        return new Scheduler(
                configs.checkpointConfig(),
                coordinator(configs.coordinatorConfig().parentShardPollIntervalMillis(500)),
                configs.leaseManagementConfig()
                        .failoverTimeMillis(Long.parseLong(required("failover")))
                        .shardSyncIntervalMillis(2_000),
                configs.lifecycleConfig(),
                configs.metricsConfig().metricsFactory(new NullMetricsFactory()),
                configs.processorConfig(),
                retrieval);
    }

    /** The KCL 2.x has no such setting. */
    private static CoordinatorConfig coordinator(CoordinatorConfig config) throws ReflectiveOperationException {
        String name = System.getProperty("clientVersionConfig", "");
        if (name.isEmpty()) {
            return config;
        }
        Class<?> type = Class.forName(CoordinatorConfig.class.getName() + "$ClientVersionConfig");
        Object version = type.getField(name).get(null);
        CoordinatorConfig.class.getMethod("clientVersionConfig", type).invoke(config, version);
        return config;
    }

    private static String required(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("missing -D" + name);
        }
        return value;
    }

    private KclConsumer() {}
}
