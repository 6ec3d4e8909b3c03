// Lets Node run the harness as it is written: Node itself strips the types, and `./x.js` stands for `./x.ts` there.
import { registerHooks } from 'node:module';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.startsWith('.') && context.parentURL?.endsWith('.ts')
      ? next(specifier.replace(/[.]js$/, '.ts'), context)
      : next(specifier, context),
});
