// Findings with their hints.

import { h } from './dom.js'

export function findingList(findings) {
  return h('ul', { class: 'findings' }, findings.map((finding) => h('li', { class: finding.severity },
    h('p', null, h('strong', null, finding.severity === 'warning' ? 'Warning' : 'Note'), ' ', h('code', null, finding.code),
      ' ', finding.message),
    h('p', { class: 'hint' }, finding.hint))))
}
