import { type OperationInput } from '../engine/operation.js';

/** Turns request bodies into inputs and outputs into response bodies: one per content type the service speaks. */
export interface WireCodec {
  /** The content type of requests and responses, without parameters. */
  readonly contentType: string;

  /**
   * Reads the body of a request.
   *
   * @throws ServiceError `SerializationException` where the body is not well-formed or not a structure.
   */
  decode(operation: string, body: Buffer): OperationInput;

  /** Writes an operation's output, an error body or the payload of an event. */
  encode(value: object): Buffer;
}
