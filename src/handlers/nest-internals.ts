/** Every import from Nest beyond its public entry points, kept in one place: these paths exist on Nest 11 and 12. */
export {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
export { ExternalExceptionFilterContext } from '@nestjs/core/exceptions/external-exception-filter-context.js';
export { GuardsConsumer, GuardsContextCreator } from '@nestjs/core/guards/index.js';
export { ContextUtils } from '@nestjs/core/helpers/context-utils.js';
export { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
export { Injector } from '@nestjs/core/injector/injector.js';
export { InterceptorsConsumer, InterceptorsContextCreator } from '@nestjs/core/interceptors/index.js';
export { PipesConsumer, PipesContextCreator } from '@nestjs/core/pipes/index.js';
export { REQUEST_CONTEXT_ID } from '@nestjs/core/router/request/request-constants.js';
export type { NestContainer } from '@nestjs/core/injector/container.js';
export type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
export type { Module as NestModule } from '@nestjs/core/injector/module.js';
