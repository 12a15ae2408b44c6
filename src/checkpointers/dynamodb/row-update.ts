import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { isSameValue, KCL, type Row } from './attributes.js';

interface Expressions {
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** The change of some attributes of a row, on conditions; attributes it does not name stay as they are. */
export class RowUpdate {
  private readonly sets = new Map<string, AttributeValue>();
  private readonly removes = new Set<string>();
  private readonly adds = new Map<string, AttributeValue>();
  private readonly conditions: string[] = [];
  private readonly names: Record<string, string> = {};
  private readonly values: Record<string, AttributeValue> = {};

  set(attribute: string, value: AttributeValue): this {
    this.sets.set(attribute, value);
    this.removes.delete(attribute);
    return this;
  }

  remove(...attributes: readonly string[]): this {
    for (const attribute of attributes) if (!this.sets.has(attribute)) this.removes.add(attribute);
    return this;
  }

  add(attribute: string, value: AttributeValue): this {
    this.adds.set(attribute, value);
    return this;
  }

  /** All conditions must hold. Alternatives are made with {@link either}, which keeps them together. */
  where(...conditions: readonly string[]): this {
    this.conditions.push(...conditions);
    return this;
  }

  /** Conditions, for {@link where}. The attribute may be a path with dots. */
  equals(attribute: string, value: AttributeValue): string {
    return `${this.path(attribute)} = ${this.value(value)}`;
  }

  differs(attribute: string, value: AttributeValue): string {
    return `${this.path(attribute)} <> ${this.value(value)}`;
  }

  exists(attribute: string): string {
    return `attribute_exists(${this.path(attribute)})`;
  }

  absent(attribute: string): string {
    return `attribute_not_exists(${this.path(attribute)})`;
  }

  /** One of these; each may be several joined by AND. */
  either(...alternatives: readonly string[]): string {
    return `(${alternatives.join(' OR ')})`;
  }

  /** Whether a row could be what this update made of it. */
  isReflectedIn(row: Row): boolean {
    const isSet = [...this.sets].every(([attribute, value]) => isSameValue(row[attribute], value));
    return isSet && [...this.removes].every((attribute) => row[attribute] === undefined);
  }

  expressions(): Expressions {
    const clauses = [
      clause(
        'SET',
        [...this.sets].map(([name, value]) => `${this.path(name)} = ${this.value(value)}`),
      ),
      clause(
        'REMOVE',
        [...this.removes].map((name) => this.path(name)),
      ),
      clause(
        'ADD',
        [...this.adds].map(([name, value]) => `${this.path(name)} ${this.value(value)}`),
      ),
    ];
    const update = clauses.filter((each) => each !== '').join(' ');
    return {
      ...(update === '' ? {} : { UpdateExpression: update }),
      ...(this.conditions.length === 0 ? {} : { ConditionExpression: this.conditions.join(' AND ') }),
      ...(Object.keys(this.names).length === 0 ? {} : { ExpressionAttributeNames: { ...this.names } }),
      ...(Object.keys(this.values).length === 0 ? {} : { ExpressionAttributeValues: { ...this.values } }),
    };
  }

  private path(attribute: string): string {
    return attribute
      .split('.')
      .map((name) => {
        this.names[`#${name}`] = name;
        return `#${name}`;
      })
      .join('.');
  }

  private value(value: AttributeValue): string {
    const name = `:v${Object.keys(this.values).length}`;
    this.values[name] = value;
    return name;
  }
}

/** An update that creates nothing: a row that is gone stays gone. */
export function updateOfExisting(): RowUpdate {
  const update = new RowUpdate();
  return update.where(update.exists(KCL.leaseKey));
}

function clause(keyword: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : `${keyword} ${parts.join(', ')}`;
}
