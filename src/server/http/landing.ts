/** The page for a person who opens the server in a browser. @module */
import { version } from '../../base/version.ts'
import { contentPolicy, sourceOf } from '../pages/http.ts'

const style = `:root{color-scheme:light dark}
body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1.25rem}
pre{overflow-x:auto;padding:.75rem 1rem;border:1px solid #8886;border-radius:.5rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}`

export const landingPolicy = contentPolicy(sourceOf(style), "'none'")

/**
 * @param endpoint from the configuration, never from the Host header of the request.
 * @param ways how a request can name its account: with a browser when the client connects, or in headers.
 */
export function landingPage(endpoint: string, ways: { signIn: boolean; headers: boolean }): string {
  const url = escaped(endpoint)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>cloudways-tools</title>
<style>${style}</style>
<h1>cloudways-tools ${escaped(version)}</h1>
<p>An MCP server with which an AI agent runs a Cloudways hosting account. Unofficial: not affiliated with
Cloudways.</p>
<h2>Connect a client</h2>
<p>The endpoint is <code>${url}</code> (streamable HTTP).</p>
<pre>claude mcp add --transport http cloudways ${url}</pre>
${ways.signIn ? signIn : ''}${ways.headers ? headers : ''}<p><a href="health">Health</a></p>
</html>
`
}

const signIn = '<p>The client opens a browser, where you sign in to your Cloudways account.</p>\n'
const headers = `<p>A request names its own account with the header <code>x-cloudways-access-token</code>, or with
<code>x-cloudways-email</code> and <code>x-cloudways-api-key</code>.</p>\n`

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
