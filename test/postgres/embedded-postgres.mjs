import { registerHooks } from 'node:module';

// Jest loads its global set-up with Node itself, which strips types but does not find `x.ts` behind the `x.js` that our
// imports say. With this the tests need no build.
const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    context.parentURL?.endsWith('.ts') && specifier.startsWith('.')
      ? next(specifier.replace(/\.js$/, '.ts'), context)
      : next(specifier, context),
});

export const { startPostgres } = await import('../../libs/embedded-postgres/src/index.ts');

hooks.deregister();
