// Requests as commands that can be pasted and run beside the file. A key is named, never shown.

import { BASE, hasKey } from './api.js'

/** In single quotes for a shell of POSIX. */
function quoted(text) {
  return `'${String(text).replaceAll("'", `'\\''`)}'`
}

/** A literal of Python; those of JSON are. */
const literal = JSON.stringify

/** Where a file of an example comes from. */
function source(part) {
  return part.example ? new URL(`examples/${part.file}`, BASE) : null
}

function parts(request) {
  return request.parts ?? [{ file: request.file, example: request.example }]
}

export function asCurl(request, url) {
  const lines = [...new Set(parts(request).map(source).filter(Boolean).map(String))].map((from) => `curl -sSfO ${keyed()}${quoted(from)}`)
  const body = request.parts
    ? request.parts.map((part) => `-F ${quoted(`${part.name}=@"${part.file.replace(/["\\]/g, '\\$&')}";type=${part.type}`)}`)
    : [`-H ${quoted(`Content-Type: ${request.type}`)}`, `--data-binary ${quoted(`@${request.file}`)}`]
  return [...lines, [`curl -sS ${keyed()}${quoted(url)}`, `-H 'Accept: ${request.accept ?? 'application/json'}'`, ...body].join(' \\\n  ')].join('\n')
}

function keyed() {
  return hasKey() ? '-H "Authorization: Bearer $DISCRETIZER_KEY" ' : ''
}

function pythonBody(request) {
  if (!request.parts) return [`body = open(${literal(request.file)}, "rb").read()`]
  return ['boundary = uuid.uuid4().hex', 'body = b""',
    `for name, file, kind in [${request.parts.map((part) => `(${literal(part.name)}, ${literal(part.file)}, ${literal(part.type)})`).join(',\n                         ')}]:`,
    '    head = f\'--{boundary}\\r\\nContent-Disposition: form-data; name="{name}"; filename="{file}"\\r\\n\'',
    '    body += (head + f"Content-Type: {kind}\\r\\n\\r\\n").encode() + open(file, "rb").read() + b"\\r\\n"',
    'body += f"--{boundary}--\\r\\n".encode()']
}

/** With the standard library alone. */
export function asPython(request, url) {
  const type = request.parts ? 'f"multipart/form-data; boundary={boundary}"' : literal(request.type)
  const key = hasKey() ? ',\n           "Authorization": "Bearer " + os.environ["DISCRETIZER_KEY"]' : ''
  const fetched = [...new Set(parts(request).filter(source).map((part) => part.file))].flatMap((file) => [
    `with urllib.request.urlopen(urllib.request.Request(${literal(String(new URL(`examples/${file}`, BASE)))}${hasKey()
      ? ', headers={"Authorization": "Bearer " + os.environ["DISCRETIZER_KEY"]}' : ''})) as answer, open(${literal(file)}, "wb") as out:`,
    '    out.write(answer.read())'])
  return [`import json${hasKey() ? ', os' : ''}, urllib.request${request.parts ? ', uuid' : ''}`, '', ...fetched, ...pythonBody(request),
    `headers = {"Content-Type": ${type}, "Accept": ${literal(request.accept ?? 'application/json')}${key}}`,
    `request = urllib.request.Request(${literal(String(url))}, body, headers)`,
    'with urllib.request.urlopen(request) as answer:',
    '    print(json.dumps(json.load(answer), indent=2))', ''].join('\n')
}
