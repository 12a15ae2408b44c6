/** A certificate and its private key, both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** What is used of the optional peer dependency; declared here because it need not be installed. */
interface Selfsigned {
  generate(
    attributes: readonly { name: string; value: string }[],
    options: Record<string, unknown>,
  ): Promise<{ cert: string; private: string }>;
}

const PACKAGE: string = 'selfsigned';
const DAY = 24 * 60 * 60 * 1000;

/**
 * Makes a certificate for `localhost`, `127.0.0.1` and `::1` that is its own authority: clients trust it with, for
 * example, `NODE_EXTRA_CA_CERTS`. Valid for ten years.
 *
 * @throws Error where the optional peer dependency `selfsigned` is not installed.
 */
export async function selfSignedCertificate(): Promise<CertificatePair> {
  const selfsigned = await loadSelfsigned();
  const now = Date.now();
  const { cert, private: key } = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY),
    notAfterDate: new Date(now + 3650 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { cert, key };
}

async function loadSelfsigned(): Promise<Selfsigned> {
  try {
    return (await import(PACKAGE)) as Selfsigned;
  } catch (cause) {
    throw new Error(
      `TLS with a certificate made on the spot needs the package "${PACKAGE}": npm install --save-dev ${PACKAGE}. ` +
        'Or pass a certificate of your own.',
      { cause },
    );
  }
}
