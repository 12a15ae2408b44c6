package interop;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.ShardRecordProcessor;

/**
 * Writes one line per event: "START shard", "REC shard sequence sub-sequence key hash-key data ." (key and data in
 * base64, "-" for no explicit hash key; the point tells a whole line from one cut off by the program's end), "END
 * shard", "LOST shard". It checkpoints every batch, so what a successor reads again is a duplicate the ledger shows.
 */
final class LedgerProcessor implements ShardRecordProcessor {
    private String shard = "?";

    @Override
    public void initialize(InitializationInput input) {
        shard = input.shardId();
        say("START " + shard);
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        input.records().forEach(record -> {
            String hashKey = record.explicitHashKey() == null ? "-" : record.explicitHashKey();
            byte[] data = new byte[record.data().remaining()];
            record.data().get(data);
            say(String.join(" ", "REC", shard, record.sequenceNumber(), Long.toString(record.subSequenceNumber()),
                    base64(record.partitionKey().getBytes(StandardCharsets.UTF_8)), hashKey, base64(data), "."));
        });
        if (!input.records().isEmpty()) {
            checkpoint(() -> input.checkpointer().checkpoint());
        }
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
        say("LOST " + shard);
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        say("END " + shard);
        checkpoint(() -> input.checkpointer().checkpoint());
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        // A hand-off lasts as long as this, between workers of a KCL 3.x.
        try {
            Thread.sleep(Long.getLong("handOffDelay", 0));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        checkpoint(() -> input.checkpointer().checkpoint());
    }

    private interface Checkpoint {
        void run() throws InvalidStateException, ShutdownException;
    }

    private static void checkpoint(Checkpoint checkpoint) {
        try {
            checkpoint.run();
        } catch (InvalidStateException | ShutdownException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
