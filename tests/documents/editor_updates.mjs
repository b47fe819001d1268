// What real editors send: random edits of ProseMirror documents with Tiptap's own nodes, bound to Yjs by y-tiptap, by
// two people who see each other's edits late. Prints one JSON object: the updates in the order a server gets them
// (base64), and the document that an editor shows in the end.
// node editor_updates.mjs <seed> <rounds>
import { getSchema, Node } from '@tiptap/core'
import Blockquote from '@tiptap/extension-blockquote'
import Bold from '@tiptap/extension-bold'
import HardBreak from '@tiptap/extension-hard-break'
import Heading from '@tiptap/extension-heading'
import Italic from '@tiptap/extension-italic'
import Link from '@tiptap/extension-link'
import { BulletList, ListItem, OrderedList } from '@tiptap/extension-list'
import Paragraph from '@tiptap/extension-paragraph'
import { TableKit } from '@tiptap/extension-table'
import Text from '@tiptap/extension-text'
import { Fragment, Node as PMNode } from '@tiptap/pm/model'
import { Transform } from '@tiptap/pm/transform'
import { initProseMirrorDoc, updateYFragment, yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap'
import * as Y from 'yjs'

const [seed, rounds] = process.argv.slice(2).map(Number)
let state = seed >>> 0 || 1
const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32)
const below = n => Math.floor(random() * n)
const pick = list => list[below(list.length)]

const FIELDS = ['what', 'where', 'kind']
const schema = getSchema([
  Node.create({ name: 'doc', topNode: true, content: '(block | accommodation)+' }),
  Node.create({ name: 'accommodation', content: 'field+' }),
  Node.create({ name: 'field', content: 'inline*', addAttributes: () => ({ name: { default: null } }) }),
  Blockquote, Bold, BulletList, HardBreak, Heading.configure({ levels: [2, 3, 4] }), Italic, Link, ListItem, OrderedList,
  Paragraph, TableKit, Text,
])

const WORDS = ['reads', ' aloud', 'é', '日本', '😀', 'a😀😁b', '😁', ' ']
const MARKS = [
  schema.mark('bold'), schema.mark('italic'), schema.mark('link', { href: 'https://example.org/' }),
]
const paragraph = () => ({ type: 'paragraph', content: random() < 0.7 ? [{ type: 'text', text: pick(WORDS) }] : [] })
const cell = type => ({ type, content: [paragraph()] })
const BLOCKS = [
  paragraph,
  () => ({ ...paragraph(), type: 'heading', attrs: { level: 2 + below(3) } }),
  () => ({ type: 'bulletList', content: [{ type: 'listItem', content: [paragraph()] }] }),
  () => ({ type: 'orderedList', attrs: { start: 1 + below(3) }, content: [{ type: 'listItem', content: [paragraph()] }] }),
  () => ({ type: 'blockquote', content: [paragraph()] }),
  () => ({ type: 'table', content: [{ type: 'tableRow', content: [cell('tableHeader'), cell('tableCell')] }] }),
  () => ({ type: 'accommodation', content: FIELDS.map(name => ({ type: 'field', attrs: { name } })) }),
]
const block = () => PMNode.fromJSON(schema, pick(BLOCKS)())

function edited (doc) {
  const change = new Transform(doc)
  const places = []
  doc.descendants((node, position) => {
    if (node.isTextblock) for (let i = 0; i <= node.content.size; i++) {
      const after = node.textBetween(i, Math.min(i + 1, node.content.size), '', ' ')
      if (/^[\udc00-\udfff]/.test(after)) continue // no caret stands between the halves of a character
      places.push([position + 1 + i, node, position])
    }
  })
  const [at, textblock, start] = places.length ? pick(places) : [0, null, 0]
  const act = random()
  try {
    if (act < 0.15 || textblock === null) change.insert(pick([0, doc.content.size]), block())
    else if (act < 0.55) change.insert(at, schema.text(pick(WORDS), random() < 0.3 ? [pick(MARKS)] : []))
    else if (act < 0.6) change.replaceWith(at, start + 1 + textblock.content.size, schema.text(pick(WORDS)))
    else if (act < 0.65) change.delete(at, start + 1 + textblock.content.size)
    else if (act < 0.75) change.addMark(start + 1, at, pick(MARKS))
    else if (act < 0.8) change.removeMark(start + 1, at, pick(MARKS))
    else if (act < 0.85) change.insert(at, schema.node('hardBreak'))
    else if (act < 0.9) change.split(at)
    else if (act < 0.95 && textblock.type.name === 'heading') change.setNodeMarkup(start, null, { level: 2 + below(3) })
    else if (doc.childCount > 1) change.replaceWith(0, doc.firstChild.nodeSize, Fragment.empty)
  } catch { return doc } // an edit that this place doesn't take
  change.doc.check()
  return change.doc
}

class Person {
  constructor (clientID) {
    this.doc = new Y.Doc()
    this.doc.clientID = clientID
    this.fragment = this.doc.getXmlFragment('default')
    this.unseen = []
  }

  edit () {
    const updates = []
    const note = update => updates.push(update)
    const { doc, meta } = initProseMirrorDoc(this.fragment, schema)
    this.doc.on('update', note)
    this.doc.transact(() => updateYFragment(this.doc, this.fragment, edited(doc), meta))
    this.doc.off('update', note)
    return updates
  }

  catchUp () {
    for (const update of this.unseen.splice(0)) Y.applyUpdate(this.doc, update)
  }
}

const people = [new Person(7), new Person(2 ** 32 - 1)]
const sent = []
function send (from, updates) {
  for (const update of updates) {
    sent.push(update)
    for (const other of people) if (other !== from) other.unseen.push(update)
  }
}
{
  const first = new Y.Doc()
  first.clientID = 1
  const { meta } = initProseMirrorDoc(first.getXmlFragment('default'), schema)
  const doc = PMNode.fromJSON(schema, { type: 'doc', content: BLOCKS.map(make => make()) })
  first.transact(() => updateYFragment(first, first.getXmlFragment('default'), doc, meta))
  send(null, [Y.encodeStateAsUpdate(first)])
  people.forEach(person => person.catchUp())
}
for (let round = 0; round < rounds; round++) {
  const person = pick(people)
  if (random() < 0.4) person.catchUp()
  send(person, person.edit())
}
const server = new Y.Doc()
for (const update of sent) Y.applyUpdate(server, update)
people.forEach(person => person.catchUp())
console.log(JSON.stringify({
  updates: sent.map(update => Buffer.from(update).toString('base64')),
  everything: people.map(person => Buffer.from(Y.encodeStateAsUpdate(person.doc)).toString('base64')),
  document: yXmlFragmentToProsemirrorJSON(server.getXmlFragment('default')),
}))
