import {
  type $Command,
  type KinesisClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-kinesis';

/** A command of the SDK with the answer it gets. */
export type SdkCommand<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = $Command<
  Input,
  Output,
  KinesisClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

/** What an expectation needs of the SDK's client, and what anything in its place must offer. */
export interface KinesisSender {
  send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: SdkCommand<Input, Output>,
  ): Promise<Output>;
}

/** A Kinesis under judgement: AWS's own, or something that says it behaves like it. */
export interface ConformanceTarget {
  /** Sends SDK commands. Retries nothing by itself, so that an expectation sees each refusal. */
  readonly client: KinesisSender;

  /** Lets time pass for the target: really, or by moving the target's own clock. */
  wait(milliseconds: number): Promise<void>;

  /** Ends it, with every process, socket and timer it brought. */
  stop(): Promise<void>;
}

/** What the suite has to know of a target before it runs. */
export interface TargetDescription {
  readonly name: string;
  start(): Promise<ConformanceTarget>;
  /** `wait` moves a clock: expectations about minutes and hours of service time run only then. */
  readonly virtualTime?: boolean;
  /** Longest one expectation may take, in milliseconds; default 30 000. */
  readonly patience?: number;
  /** What it is known to do otherwise. Nothing by default. */
  readonly deviations?: Deviations;
}

/** Known deviations of one target: the name of the expectation, and why or how the target differs. */
export type Deviations = Readonly<Record<string, string | HangingDeviation>>;

/** A deviation that shows as a wait without end. */
export interface HangingDeviation {
  readonly hangs: string;
}
