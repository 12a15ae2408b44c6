/** What goes, and what does not, where workers of a KCL 3.x are alive: the end of the errors that refuse it. */
export const BESIDE_VERSION_3 =
  'This application cannot join such a fleet: it does not report the load of its workers, does not leave it to the ' +
  "fleet's leader who gets which lease, and does not stand for leader. Stop the fleet and take its table over with " +
  '"mode: \'cold\'" of DynamoDbCheckpointer, hand-offs under way (checkpointOwner) included; the fleet can go on ' +
  "from there later. Or keep it to the protocol of 2.x (the KCL's clientVersionConfig " +
  'CLIENT_VERSION_CONFIG_COMPATIBLE_WITH_2X, or, not to go over by itself, ..._PHASE1; from ' +
  'CLIENT_VERSION_3X_WITH_ROLLBACK its migration tool leads back) and join it with "mode: \'beside-2.x\'"';
