// What is asked, from the file and the options: sent by the page, and shown as curl and as Python.

const PATHS = { nir: 'discretize/network', 'state-dict': 'discretize/network', layer: 'discretize/conv-spike',
  tensor: 'discretize/tensor', unknown: 'discretize/network' }

/** Options of the form that are query parameters under their own names. */
function parameters(form, kind) {
  return [...form.querySelectorAll('[name]')].filter((field) => isFor(field, kind) && field.name !== 'by_node')
    .map((field) => [kind === 'tensor' && field.name === 'weight_bits' ? 'bits' : field.name, field.value.trim()])
    .filter(([, value]) => value !== '')
}

/** Lines such as `min_v_mem.conv1=-1.5`. */
function ofNodes(form, kind) {
  if (!isFor(form.elements.by_node, kind)) return []
  return form.elements.by_node.value.split('\n').map((line) => line.trim()).filter(Boolean).map((line) => {
    const at = line.indexOf('=')
    return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
  })
}

/** Whether an element of the form is for a kind of file. */
export function isFor(element, kind) {
  const kinds = element.closest('[data-for]')?.dataset.for.split(' ')
  return !kinds || kinds.includes(kind)
}

/** The options as query parameters. */
export function options(form, kind) {
  return [...parameters(form, kind), ...ofNodes(form, kind)]
}

/** The request that discretizes a file. */
export function discretize(file, form) {
  return { path: PATHS[file.kind], query: options(form, file.kind), body: file.blob, type: file.type,
    file: file.name, example: file.example }
}

/** The request without tensors in the answer, but with histograms: a few KB for a network of any size. */
export function brief(request) {
  return { ...request, query: [...request.query, ['tensors', 'none'], ['histogram', 'true']] }
}
