// Tells what a file is by its first bytes, as the service does by its media type.

export const MEDIA = {
  nir: 'application/vnd.hdfgroup.hdf5',
  safetensors: 'application/vnd.safetensors',
  npz: 'application/x-npz',
  npy: 'application/x-npy',
}

const WORDS = { nir: 'network in NIR', 'state-dict': 'state dict', layer: 'layer', tensor: 'tensor', recording: 'recording',
  unknown: 'no network' }

/** The tensors that a file of one layer may hold. */
const LAYER = new Set(['weight', 'bias', 'v_mem', 'spike_threshold', 'min_v_mem'])

/** Largest header of a safetensors file that is looked at, in bytes. */
const MAX_HEADER = 1 << 20

/** One letter for each byte. */
const LATIN = new TextDecoder('latin1')

async function start(file, from, to) {
  return new Uint8Array(await file.slice(from, to).arrayBuffer())
}

function startsWith(bytes, signature) {
  return [...signature].every((letter, index) => bytes[index] === letter.charCodeAt(0))
}

/** A layer has a weight and more; names with a dot are those of a network's modules. */
function kindOfNames(names) {
  if (names.some((name) => /\.weight$/.test(name))) return 'state-dict'
  return names.length > 1 && names.includes('weight') && names.every((name) => LAYER.has(name)) ? 'layer' : 'tensor'
}

async function safetensors(file, bytes) {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  if (length > MAX_HEADER || length + 8 > file.size) return null
  try {
    const header = JSON.parse(new TextDecoder().decode(await start(file, 8, 8 + length)))
    return { kind: kindOfNames(Object.keys(header).filter((name) => name !== '__metadata__')), format: 'safetensors' }
  } catch {
    return null
  }
}

/** The names in a zip's central directory. */
async function npz(file) {
  const tail = await start(file, Math.max(0, file.size - 65_557), file.size)
  const names = [...LATIN.decode(tail).matchAll(/PK\x01\x02[^]{42}([\w.]+?)\.npy/g)].map((match) => match[1])
  const recording = names.includes('x') && names.includes('y') && names.includes('t')
  return { kind: recording ? 'recording' : kindOfNames(names), format: 'npz' }
}

/** A structured type holds events; four dimensions of integers are counts. */
function npy(bytes) {
  const header = LATIN.decode(bytes)
  const integers = /'descr':\s*'[<>|=]?[bui]\d/.test(header)
  const dims = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1].split(',').filter((dim) => dim.trim()).length
  const recording = /'descr':\s*\[/.test(header) || (integers && dims === 4)
  return { kind: recording ? 'recording' : 'tensor', format: 'npy' }
}

/** HDF5 begins after a block of the user's own, of 0, 512, 1024, 2048 ... bytes. */
function isHdf5(bytes) {
  for (let at = 0; at < bytes.length; at = at ? 2 * at : 512) {
    if (startsWith(bytes.subarray(at), '\x89HDF\r\n\x1a\n')) return true
  }
  return false
}

async function sniff(file) {
  const bytes = await start(file, 0, 1 << 16)
  if (isHdf5(bytes)) return { kind: 'nir', format: 'nir' }
  if (startsWith(bytes, '\x93NUMPY')) return npy(bytes)
  if (startsWith(bytes, 'PK\x03\x04')) return npz(file)
  return bytes.length > 8 ? safetensors(file, bytes) : null
}

/** The contents, kept in memory, as a file on the disk can be written anew; null for a folder. */
async function contents(file) {
  try {
    return new Blob([await file.arrayBuffer()])
  } catch {
    return null
  }
}

/** What is read of a file of no kind known here: enough for the service to tell what it is, and what to do. */
const PART = 1 << 16

/**
 * Describes a file; null if it cannot be read. Its kind is `unknown` if it is none that the service reads.
 * @param example whether it is one of the service's examples
 */
export async function describe(file, example = false) {
  const blob = await contents(file)
  if (!blob) return null
  const found = await sniff(blob) ?? { kind: 'unknown', format: 'nir' }
  return { ...found, example, name: file.name, blob: found.kind === 'unknown' ? blob.slice(0, PART) : blob, size: blob.size,
    words: WORDS[found.kind], type: MEDIA[found.format] }
}
