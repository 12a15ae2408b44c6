/**
 * An error as the real service would answer it. The in-process doors turn it into the SDK's exception of that
 * name, the HTTP server into a status and a JSON or CBOR body.
 */
export class ServiceError extends Error {
  /**
   * @param code - the service's name of the error, e.g. `ResourceNotFoundException`
   * @param statusCode - its HTTP status: 400 for client errors, 500 or 503 for the service's own
   */
  constructor(
    readonly code: string,
    message: string,
    readonly statusCode = 400,
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/**
 * No answer at all: the fault "the connection was cut". The HTTP server destroys the socket, the in-process doors
 * reject as Node's HTTP client does (`ECONNRESET`).
 */
export class ConnectionCut extends Error {
  constructor() {
    super('the connection was cut');
    this.name = 'ConnectionCut';
  }
}
