const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

const inline = (text: string): string => escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

/**
 * The HTML of one of our own short pages. Knows what those use: headings, paragraphs, lists of one level, fenced code, and
 * code within a line.
 */
export const htmlOfPage = (title: string, markdown: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}code,pre{background:#f3f3f3;padding:.1em .3em}</style></head>
<body>
${blocksOf(markdown).map(htmlOfBlock).join('\n')}
</body>
</html>
`;

/** A fence may hold empty lines; anything else ends at one. */
const blocksOf = (markdown: string): string[] =>
  (markdown.match(/^```[\s\S]*?^```$|(?:^(?!```).*\S.*$\n?)+/gm) ?? []).map((block) => block.trim());

const htmlOfBlock = (block: string): string => {
  if (block.startsWith('```')) return `<pre>${escaped(block.replaceAll(/^```.*$\n?/gm, ''))}</pre>`;
  const heading = /^(#{1,3}) (.*)$/.exec(block);
  if (heading !== null) return `<h${heading[1]?.length ?? 1}>${inline(heading[2] ?? '')}</h${heading[1]?.length ?? 1}>`;
  if (!block.startsWith('- ')) return `<p>${inline(block)}</p>`;
  const items = block.split(/^- /m).filter((item) => item !== '');
  return `<ul>${items.map((item) => `<li>${inline(item.trim())}</li>`).join('')}</ul>`;
};
