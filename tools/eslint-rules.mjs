const REASON_LENGTH = 10;

/** A suppression without a reason leaves the reader to guess whether it is still needed. */
const explainedSuppression = {
  meta: {
    type: 'problem',
    messages: { unexplained: 'Say why: `eslint-disable-next-line rule -- reason` (at least ten characters).' },
    schema: [],
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (!/^\s*eslint-disable/.test(comment.value)) continue;
        const [, reason = ''] = comment.value.split(/\s--\s/);
        if (reason.trim().length < REASON_LENGTH) context.report({ loc: comment.loc, messageId: 'unexplained' });
      }
    },
  }),
};

export const house = { rules: { 'explained-suppression': explainedSuppression } };
