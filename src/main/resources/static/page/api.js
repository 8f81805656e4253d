// Calls the service this page comes from; relative to the page, so that a path prefix in front does not matter.

export const BASE = new URL('api/v1/', document.baseURI)

/** Never stored: it is gone with the tab. */
let key = ''

export function setKey(value) {
  key = value.trim()
}

export function hasKey() {
  return key !== ''
}

/** An answer that is a problem (RFC 9457), or that no service gave. */
export class ProblemError extends Error {

  constructor(problem) {
    super(problem.detail)
    this.problem = problem
  }

}

function headers(accept, type) {
  return { Accept: accept, ...(type ? { 'Content-Type': type } : {}), ...(key ? { Authorization: `Bearer ${key}` } : {}) }
}

async function problemOf(answer) {
  try {
    return await answer.json()
  } catch {
    return { status: answer.status, title: 'Unexpected answer', detail: `the answer has status ${answer.status} and is no problem document` }
  }
}

/** The address of a request. */
export function address({ path, query = [] }) {
  const url = new URL(path, BASE)
  for (const [name, value] of query) url.searchParams.append(name, value)
  return url
}

/** Sends a request; the answer has a status of 200, else a ProblemError is thrown. */
export async function send(request, { accept = 'application/json', signal } = {}) {
  let answer
  try {
    answer = await fetch(address(request), { method: request.body ? 'POST' : 'GET', headers: headers(accept, request.type),
      body: request.body, signal, cache: 'no-store', credentials: 'same-origin', redirect: 'error' })
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure
    throw new ProblemError({ status: 0, title: 'The service does not answer', detail: 'no answer arrived; is the service running?' })
  }
  if (!answer.ok) throw new ProblemError(await problemOf(answer))
  return answer
}

export async function getJson(request, options) {
  return (await send(request, options)).json()
}
