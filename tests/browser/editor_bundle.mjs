// The editor alone, for a page without a server: prints one JSON object with the script, which sets window.editorParts.
import { build } from 'esbuild'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'web')
const contents = `
export { createEditor, renderReadOnly, blocksAsHtml } from './section-editor/index.ts'
export { cleanHtml } from './section-editor/paste-html.ts'
export { completeHref, isAllowedHref } from './section-editor/links.ts'
export { FIELDS } from './section-editor/fields.ts'
export { documentExtensions } from './section-editor/schema.ts'
export { getSchema } from '@tiptap/core'
export { Awareness } from 'y-protocols/awareness'
export * as Y from 'yjs'
`
const result = await build({
  stdin: { contents, resolveDir: web, loader: 'ts' },
  bundle: true,
  format: 'iife',
  globalName: 'editorParts',
  target: 'es2022',
  write: false,
  logLevel: 'silent',
  define: { 'process.env.NODE_ENV': '"production"' },
})
console.log(JSON.stringify({ script: result.outputFiles[0].text }))
