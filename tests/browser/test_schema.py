"""The editor alone: its tables are the server's, and what it doesn't know it leaves alone."""

from server.documents import nodes
from server.documents.links import is_allowed_href

SETUP = """
() => {
  const { Y, Awareness, createEditor } = editorParts;
  const section = document.querySelector("section");
  const element = document.createElement("section-editor");
  section.append(element);
  const doc = new Y.Doc();
  const fragment = doc.getXmlFragment("default");
  const make = (name, attributes = {}, ...children) => {
    const node = new Y.XmlElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    node.insert(0, children.map((child) => (typeof child === "string" ? new Y.XmlText(child) : child)));
    return node;
  };
  const other = new Y.Doc();
  const send = () => Y.applyUpdate(doc, Y.encodeStateAsUpdate(other), "remote");
  window.rig = { Y, doc, fragment, make, other, theirs: other.getXmlFragment("default"), send, errors: 0, element };
  rig.start = () => {
    const awareness = new Awareness(doc);
    const onContentError = () => (rig.errors += 1);
    rig.editor = createEditor({ element, label: "Goals", section: "goals", fragment, awareness, onContentError });
  };
}
"""


def test_the_editor_s_nodes_marks_and_attributes_are_the_server_s(parts):
    found = parts.evaluate(
        """() => {
          const schema = editorParts.getSchema(editorParts.documentExtensions());
          const types = Object.values(schema.nodes).filter((type) => !type.isText);
          return {
            fields: editorParts.FIELDS,
            top: schema.topNodeType.name,
            marks: Object.fromEntries(
              Object.values(schema.marks).map((type) => [type.name, Object.keys(type.spec.attrs ?? {})])
            ),
            nodes: Object.fromEntries(types.map((type) => [type.name, {
              attributes: Object.keys(type.spec.attrs ?? {}),
              children: types.filter((child) => type.contentMatch.matchType(child)).map((child) => child.name),
              text: type.inlineContent,
              lenient: type.contentMatch.validEnd,
            }])),
          };
        }"""
    )
    assert found["top"] == nodes.DOC
    assert found["fields"] == {name: list(fields) for name, fields in nodes.FIELDS.items()}
    assert {name: set(attributes) for name, attributes in found["marks"].items()} == {
        name: set(attributes) for name, attributes in nodes.MARKS.items()
    }
    assert found["nodes"].keys() == nodes.NODES.keys()
    for name, node in found["nodes"].items():
        rules = nodes.NODES[name]
        assert set(node["attributes"]) == set(rules.attributes), name
        assert set(node["children"]) == set(rules.children), name
        assert node["text"] == rules.holds_text, name
        assert node["lenient"] or name == nodes.DOC, name


def test_what_merges_make_is_shown_and_kept(parts):
    parts.evaluate(SETUP)
    before, after, errors = parts.evaluate(
        """() => {
          const { make, theirs } = rig;
          theirs.insert(0, [
            make("bulletList"), make("orderedList", {start: 2}, make("listItem")),
            make("goal"),
            make("goal", {}, make("field", {name: "area"}, "twice"), make("field", {name: "area"}, "over")),
            make("table"), make("table", {}, make("tableRow"), make("tableRow", {}, make("tableCell"))),
            make("blockquote"), make("heading", {level: 6}, "deep"), make("paragraph", {}, "end"),
          ]);
          rig.send();
          const before = rig.fragment.toString();
          rig.start();
          rig.theirs.get(8).get(0).insert(0, "the ");
          rig.send();
          return [before, rig.fragment.toString(), rig.errors];
        }"""
    )
    assert after == before.replace("<paragraph>end", "<paragraph>the end")
    assert errors == 0
    assert "twice" in parts.locator(".ProseMirror").inner_text()


def test_unknown_content_at_the_start_is_reported_and_kept(parts):
    parts.evaluate(SETUP)
    parts.evaluate(
        """() => {
          rig.theirs.insert(0, [rig.make("paragraph", {}, "known"), rig.make("suggestion", {}, "from a newer page")]);
          rig.send();
          rig.start();
        }"""
    )
    parts.wait_for_function("() => rig.errors === 1")
    assert "from a newer page" in parts.evaluate("() => rig.fragment.toString()")
    assert parts.locator("[contenteditable=true]").count() == 0
    assert "known" in parts.locator("section-editor").inner_text()


def test_unknown_content_that_comes_later_stops_the_editor_before_it_can_delete(parts):
    cases = {
        "node": "rig.theirs.insert(0, [rig.make('suggestion', {}, 'newer')])",
        "inside": "rig.theirs.get(0).insert(0, [rig.make('emoji')])",
        "mark": "rig.theirs.get(0).get(0).format(0, 3, {comment: {id: 1}})",
        "place": "rig.theirs.get(0).insert(0, [rig.make('paragraph', {}, 'newer')])",
    }
    for name, change in cases.items():
        parts.evaluate("() => document.querySelector('section-editor')?.remove()")
        parts.evaluate(SETUP)
        parts.evaluate(
            "() => { rig.theirs.insert(0, [rig.make('paragraph', {}, 'known text')]); rig.send(); rig.start(); }"
        )
        assert parts.locator("[contenteditable=true]").count() == 1, name
        parts.evaluate(f"() => {{ {change}; rig.send(); }}")
        parts.wait_for_function("() => rig.errors === 1")
        whole = "JSON.stringify({0}.toJSON()) + {0}.toString()"
        same = f"() => {whole.format('rig.fragment')} === {whole.format('rig.theirs')}"
        assert parts.evaluate(same), name
        assert parts.locator("[contenteditable=true]").count() == 0, name
        assert "known text" in parts.locator("section-editor").inner_text(), name
        # And it goes on to show what comes.
        parts.evaluate("() => { rig.theirs.push([rig.make('paragraph', {}, 'and more')]); rig.send(); }")
        assert "and more" in parts.locator("section-editor").inner_text(), name


def test_kept_text_is_safe_html(parts):
    html = parts.evaluate(
        """() => {
          const doc = new editorParts.Y.Doc();
          const fragment = doc.getXmlFragment("default");
          const { Y } = editorParts;
          const paragraph = new Y.XmlElement("paragraph");
          const text = new Y.XmlText("<img src=x onerror=alert(1)>");
          paragraph.insert(0, [text]);
          fragment.insert(0, [paragraph]);
          text.format(0, 4, {link: {href: "javascript:alert(1)"}, bold: {}});
          return editorParts.blocksAsHtml(fragment);
        }"""
    )
    assert html == ["<p><strong>&lt;img</strong> src=x onerror=alert(1)&gt;</p>"]


def test_the_same_addresses_as_on_the_server(parts):
    addresses = ["https://example.org/", "HTTP://EXAMPLE.ORG", "mailto:a@example.org", "https:", "https: x", "tel:123"]
    addresses += [
        "javascript:alert(1)",
        "java\nscript:x",
        "https://a\u202eb",
        "https://a\u200bb",
        " https://a",
        "https://a ",
    ]
    addresses += ["https:\\\\a", "//a", "data:x", "ftp://a", "https://ñ.example/é", "https://😀.example", "mailto:"]
    addresses += ["https://a\ufdd0", "https://a\uffff", "https://a\u00a0", "https://a\u3000"]
    addresses += ["https://" + "a" * 1992, "https://" + "a" * 1993, "https://" + "😀" * 1992, "https://" + "😀" * 1993]
    found = parts.evaluate("list => list.map(editorParts.isAllowedHref)", addresses)
    assert found == [is_allowed_href(address) for address in addresses]
