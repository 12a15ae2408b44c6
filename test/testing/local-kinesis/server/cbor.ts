/** Writes CBOR the way Jackson does for the SDKs for Java: structures and lists without a length. */
export class JacksonCbor {
  static map(members: Record<string, Buffer>): Buffer {
    const items = Object.entries(members).flatMap(([name, value]) => [this.text(name), value]);
    return Buffer.concat([Buffer.from([0xbf]), ...items, Buffer.from([0xff])]);
  }

  static list(...items: Buffer[]): Buffer {
    return Buffer.concat([Buffer.from([0x9f]), ...items, Buffer.from([0xff])]);
  }

  static text(value: string): Buffer {
    const bytes = Buffer.from(value);
    return Buffer.concat([this.head(3, bytes.length), bytes]);
  }

  static bytes(value: Uint8Array): Buffer {
    return Buffer.concat([this.head(2, value.length), value]);
  }

  static integer(value: number): Buffer {
    return this.head(0, value);
  }

  /** Milliseconds under the tag that stands for seconds: so the SDKs do it. */
  static timestamp(value: Date): Buffer {
    return Buffer.concat([Buffer.from([0xc1]), this.head(0, value.getTime())]);
  }

  private static head(major: number, argument: number): Buffer {
    if (argument < 24) return Buffer.from([(major << 5) | argument]);
    const head = Buffer.alloc(9);
    head.writeUInt8((major << 5) | 27);
    head.writeBigUInt64BE(BigInt(argument), 1);
    return head;
  }
}
