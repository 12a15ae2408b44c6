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
export { ExternalContextCreator } from '@nestjs/core/helpers/external-context-creator.js';
export { InterceptorsConsumer, InterceptorsContextCreator } from '@nestjs/core/interceptors/index.js';
export { PipesConsumer, PipesContextCreator } from '@nestjs/core/pipes/index.js';
export type { NestContainer } from '@nestjs/core/injector/container.js';
