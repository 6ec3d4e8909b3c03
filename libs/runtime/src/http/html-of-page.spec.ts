import { expect, it } from '@jest/globals';
import { htmlOfPage } from './html-of-page.js';

const bodyOf = (markdown: string): string => /<body>\n([^]*)\n<\/body>/.exec(htmlOfPage('t', markdown))?.[1] ?? '';

it('a page has its headings, paragraphs, lists and code', () => {
  const page =
    '# code\n\nOne `a<b`\ntwo.\n\n## Why\n\n- first\n  goes on\n- second\n\n```sh\ncurl x\n\ncurl <y>\n```\n';
  expect(bodyOf(page).split('\n<').join('\n\n<').split('\n\n')).toEqual([
    '<h1>code</h1>',
    '<p>One <code>a&lt;b</code>\ntwo.</p>',
    '<h2>Why</h2>',
    '<ul><li>first\n  goes on</li><li>second</li></ul>',
    '<pre>curl x',
    'curl &lt;y&gt;',
    '</pre>',
  ]);
});

it('nothing in a page becomes markup by itself', () => {
  expect(bodyOf('<script>alert("x")</script> & `</code><b>`')).toBe(
    '<p>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; <code>&lt;/code&gt;&lt;b&gt;</code></p>',
  );
});
