// Finds (or, with "make", makes) anchors as the page does. Prints the answers as one JSON array.
import { readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'web')
const contents = `
export { Reading } from './comments/anchors.ts'
export * as Y from 'yjs'
`
const bundle = await build({
  stdin: { contents, resolveDir: web, loader: 'ts' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  logLevel: 'silent',
})
const { Reading, Y } = await import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].text).toString('base64')}`)

function read(hex) {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Uint8Array.from(Buffer.from(hex, 'hex')))
  return new Reading(doc.getXmlFragment('default'))
}

const answer = (found) => found && { how: found.how, pieces: found.pieces }
const given = JSON.parse(readFileSync(process.argv[2], 'utf-8'))
if (process.argv[3] === 'make') {
  const reading = read(given.state)
  const all = reading.words.join('\n')
  const place = (at) => {
    const ahead = all.slice(0, at).split('\n')
    return [ahead.length - 1, ahead.at(-1).length]
  }
  const made = given.quotes.map((quote) => {
    const at = all.replaceAll('\n', ' ').indexOf(quote)
    return reading.make(reading.index(place(at)), reading.index(place(at + quote.length)))
  })
  console.log(JSON.stringify(made))
} else {
  console.log(JSON.stringify(given.map(({ state, anchor }) => answer(read(state).find(anchor)))))
}
