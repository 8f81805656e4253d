// One form for the answers of all endpoints that discretize: a list of layers.

function ofTensor(answer, file) {
  return [{ name: file.name, scale: answer.scale, weight: answer.tensor, reports: { tensor: answer.report },
    findings: answer.findings }]
}

function ofLayer(layer, name) {
  const { report } = layer
  return {
    name, spikeName: layer.spike_name, rescale: layer.rescale, sources: layer.sources, destinations: layer.destinations,
    scale: layer.scale, limitedBy: layer.limited_by, candidates: layer.candidates, weight: layer.conv.weight,
    threshold: layer.spike.spike_threshold, minVMem: layer.spike.min_v_mem, findings: layer.findings,
    thresholdError: report.spike_threshold.relative_error, minVMemError: report.min_v_mem.relative_error,
    dead: report.dead_output_channels,
    reports: { weight: report.weight, bias: report.bias, v_mem: report.v_mem },
  }
}

/** The layers, the findings of the whole, and the fit, of an answer to a file. */
export function normal(answer, file) {
  if (file.kind === 'tensor') return { layers: ofTensor(answer, file), findings: [], fit: null }
  if (file.kind === 'layer') return { layers: [ofLayer(answer, file.name)], findings: [], fit: null }
  const layers = answer.layers.map((layer) => ofLayer(layer, layer.name))
  const cores = new Map(answer.fit?.layers.map((layer) => [layer.name, layer.core]))
  for (const layer of layers) {
    layer.core = cores.get(layer.name)
    layer.violations = answer.fit?.violations.filter((violation) => violation.layer === layer.name) ?? []
  }
  return { layers, findings: answer.findings, fit: answer.fit }
}

/** The main report of a layer: that of its weights, or of the tensor. */
export function mainReport(layer) {
  return layer.reports.weight ?? layer.reports.tensor
}

export function warnings(findings) {
  return findings.filter((finding) => finding.severity === 'warning')
}
