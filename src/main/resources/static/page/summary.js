// What to know first: does it fit, and how many warnings are there?

import { warnings } from './answer.js'
import { h } from './dom.js'
import { findingList } from './findings.js'
import { plural } from './format.js'

function fits(fit) {
  if (!fit) return null
  return fit.fits ? h('strong', { class: 'good' }, `Fits on ${fit.device}`)
    : h('strong', { class: 'bad' }, `Does not fit on ${fit.device}: ${plural(fit.violations.length, 'limit')} exceeded`)
}

function all(answer) {
  return [...answer.findings, ...answer.layers.flatMap((layer) => layer.findings)]
}

/** The same in one sentence, for the status that screen readers announce. */
export function sentence(answer) {
  const serious = warnings(all(answer)).length
  const fit = !answer.fit ? '' : answer.fit.fits ? `, fits on ${answer.fit.device}` : `, does not fit on ${answer.fit.device}`
  return `${plural(answer.layers.length, 'layer')}${fit}, ${plural(serious, 'warning')}`
}

export function summary(answer) {
  const found = all(answer)
  const serious = warnings(found).length
  return h('div', { class: 'verdict' },
    h('p', null, fits(answer.fit),
      h('strong', { class: serious ? 'warned' : 'good' }, serious ? plural(serious, 'warning') : 'No warnings'),
      found.length > serious && h('span', null, plural(found.length - serious, 'note')), h('span', null, plural(answer.layers.length, 'layer'))),
    answer.fit?.fits === false && h('ul', { class: 'violations' },
      answer.fit.violations.map((violation) => h('li', null, violation.message))),
    answer.findings.length > 0 && h('details', { open: warnings(answer.findings).length > 0 },
      h('summary', null, `About the network: ${plural(answer.findings.length, 'finding')}`), findingList(answer.findings)))
}
