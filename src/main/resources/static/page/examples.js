// The examples that come with the service: a file, and the options that show what it is an example of.

export const EXAMPLES = [
  { title: 'A sound network', file: 'tiny.nir', options: {} },
  { title: 'Trap: min_v_mem unset', file: 'tiny.nir', options: { unset_min_v_mem: 'reference' } },
  { title: 'With branches', file: 'branches.nir', options: {} },
]

/** Recordings for the sound network. */
export const RECORDINGS = ['recording-right.npz', 'recording-left.npy']
