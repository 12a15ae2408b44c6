import {
  type CallHandler,
  type CanActivate,
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Scope,
  type Type,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { isKinesisContext, KinesisConsumer, KinesisCtx, KinesisPayload } from 'nestjs-kinesis';
import { KinesisContextHost } from 'nestjs-kinesis/context';
import { tap } from 'rxjs';
import { callsOf, type EnhancerCase, RECORDS } from './cases.js';
import { Journal } from './journal.js';

interface Payload {
  readonly piped?: true;
}

type MatrixEnhancer = CanActivate & NestInterceptor & PipeTransform & ExceptionFilter;

const SCOPES = {
  singleton: Scope.DEFAULT,
  'singleton class': Scope.DEFAULT,
  'request-scoped': Scope.REQUEST,
  'request-scoped class': Scope.REQUEST,
  transient: Scope.TRANSIENT,
  'transient class': Scope.TRANSIENT,
  instance: Scope.DEFAULT,
};

const BATCH = { batch: { maxRecords: RECORDS, maxWait: 60_000 } };

/** A class that is an enhancer of every kind, and notes when it runs as one. */
export function enhancerClass(name: string, scope: Scope): Type<MatrixEnhancer> {
  @Injectable({ scope })
  @Catch()
  class Enhancer implements MatrixEnhancer {
    private readonly instance: number;

    constructor(@Inject(Journal) private readonly journal: Journal) {
      this.instance = journal.nextInstance();
    }

    canActivate(context: ExecutionContext): boolean {
      this.note('guard', context);
      return true;
    }

    intercept(context: ExecutionContext, next: CallHandler) {
      this.note('before', context);
      return next.handle().pipe(tap({ complete: () => this.note('after', context) }));
    }

    transform(payload: Payload): Payload {
      this.note('pipe');
      return { ...payload, piped: true };
    }

    catch(_error: unknown, host: ArgumentsHost): void {
      this.note('filter', host);
    }

    private note(event: string, host?: ArgumentsHost): void {
      const isAtHome = KinesisContextHost.current() !== undefined && (!host || isKinesisContext(host));
      const where = isAtHome ? '' : ', outside of a Kinesis context';
      this.journal.note(name, { event: `${event}${where}`, who: 'enhancer', instance: this.instance });
    }
  }
  return Enhancer;
}

/** A class with one handler, which fails if it is to be caught. */
export function handlerClass(
  name: string,
  options: { shape: EnhancerCase['shape']; scope: Scope; fails: boolean },
): Type<object> {
  @Injectable({ scope: options.scope })
  class Handler {
    private readonly instance: number;

    constructor(@Inject(Journal) private readonly journal: Journal) {
      this.instance = journal.nextInstance();
    }

    @KinesisConsumer('orders', {
      name,
      retry: { attempts: 1 },
      onExhausted: 'skip',
      ...(options.shape === 'batch' ? BATCH : {}),
    })
    handle(input: Payload | readonly { readonly payload: Payload }[], context: object): void {
      const payloads = Array.isArray(input)
        ? input.map(({ payload }: { payload: Payload }) => payload)
        : [input];
      const piped = payloads.every((payload) => (payload as Payload).piped) ? ', piped' : '';
      const count =
        payloads.length === RECORDS / callsOf(options.shape) ? '' : `, ${payloads.length} records`;
      const where = KinesisContextHost.current() === context ? '' : ', outside of its context';
      this.journal.note(name, {
        event: `handler${piped}${count}${where}`,
        who: 'host',
        instance: this.instance,
      });
      if (options.fails) throw new Error('for the filter');
    }
  }
  return Handler;
}

/** The handler's class of one case, with its enhancer in its place. */
export function classOf(each: EnhancerCase, journal: Journal): Type<object> {
  const Enhancer = enhancerClass(each.name, SCOPES[each.bound]);
  const enhancer = each.bound === 'instance' ? new Enhancer(journal) : Enhancer;
  const scope = SCOPES[each.hostScope];
  const Handler = handlerClass(each.name, { shape: each.shape, scope, fails: each.kind === 'filter' });
  if (each.host === 'controller') Controller({ scope })(Handler);
  const { prototype } = Handler as { prototype: object };
  if (each.place === 'parameter') {
    KinesisPayload(enhancer)(prototype, 'handle', 0);
    KinesisCtx()(prototype, 'handle', 1);
    return Handler;
  }
  const decorate = {
    guard: () => UseGuards(enhancer),
    interceptor: () => UseInterceptors(enhancer),
    pipe: () => UsePipes(enhancer),
    filter: () => UseFilters(enhancer),
  }[each.kind]();
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle');
  if (each.place === 'class') decorate(Handler);
  else if (descriptor) decorate(prototype, 'handle', descriptor);
  return Handler;
}
