// Makes a key, serves its public half as a JWK set on a free port of this machine, and prints one line: the address, a
// token for the audience "discretizer" that is good for an hour, and one that has expired. Ends with its standard input.
const crypto = require('node:crypto')
const http = require('node:http')

const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'ci', use: 'sig', alg: 'RS256' }

const encoded = (object) => Buffer.from(JSON.stringify(object)).toString('base64url')

function token(issuer, seconds) {
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, aud: 'discretizer', azp: 'ci', iat: now - 7200, exp: now + seconds }
  const signed = `${encoded({ alg: 'RS256', kid: 'ci', typ: 'JWT' })}.${encoded(claims)}`
  return `${signed}.${crypto.sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
}

const server = http.createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ keys: [jwk] }))
})
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  console.log(JSON.stringify({ jwks: `${issuer}/keys`, token: token(issuer, 3600), expired: token(issuer, -3600) }))
})
process.stdin.resume().on('end', () => process.exit())
