// Starts Swagger UI, in place of the file of the same name, which is made to be replaced: with the service's own document,
// found relative to this page, and with large answers shown in part, where Swagger UI would take many seconds.

/** Longest answer that is shown whole, and how much is shown of a longer one, in characters. */
const WHOLE = 200_000
const PART = 20_000

/** The parsed form, which is not shown, would be copied into the state number by number. */
function forget(response) {
  if (response.text?.length > WHOLE) {
    delete response.obj
    delete response.body
  }
  return response
}

function part(React, content, contentType) {
  const h = React.createElement
  const whole = React.useMemo(() => URL.createObjectURL(new Blob([content], { type: contentType })), [content])
  return h('div', null, h('h5', null, 'Response body'),
    h('p', null, `The first ${PART.toLocaleString('en')} of ${content.length.toLocaleString('en')} characters; `,
      h('a', { href: whole, download: 'answer.json' }, 'download all of them'), '.'),
    h('pre', { className: 'microlight' }, `${content.slice(0, PART)} …`))
}

function LargeAnswers({ React }) {
  function Part({ content, contentType }) {
    return part(React, content, contentType)
  }
  return { wrapComponents: { responseBody: (Whole) => function ResponseBody(props) {
    const large = typeof props.content === 'string' && props.content.length > WHOLE
    return React.createElement(large ? Part : Whole, props)
  } } }
}

window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: '../v3/api-docs',
    dom_id: '#swagger-ui',
    plugins: [LargeAnswers],
    responseInterceptor: forget,
    deepLinking: true,
    defaultModelExpandDepth: 2,
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    docExpansion: 'list',
    // It would make an element of each word and number.
    syntaxHighlight: { activated: false },
    tagsSorter: 'alpha',
    tryItOutEnabled: true,
    validatorUrl: null,
  })
}
