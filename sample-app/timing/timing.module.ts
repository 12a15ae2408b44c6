import { Module } from '@nestjs/common';
import { HandlerTimes } from './handler-times.js';

/** What a module needs whose handlers have the `TimingInterceptor`. */
@Module({ providers: [HandlerTimes], exports: [HandlerTimes] })
export class TimingModule {}
