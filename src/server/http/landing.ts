/** What a person reads who opens the server in a browser: the landing page, and the same at the MCP endpoint. @module */
import { html } from 'hono/html'
import { credentialHeaders, either } from '../../adapters/mcp/credential-headers.ts'
import { version } from '../../base/version.ts'
import { type Client, type ClientName, clients } from '../clients.ts'
import { type Html, icon, icons, page } from '../pages/layout.ts'

interface ConnectPage {
  /** From the configuration, never from the Host header of the request. */
  endpoint: string
  /** A request without credentials uses the account of the server. */
  anonymous: boolean
  /** A client can open the browser for a sign-in. */
  signIn: boolean
  /** A request can name its account in headers. */
  headers: boolean
  /** With a sign-in, there is a page of what was changed. */
  journal: boolean
}

export const landingPage = (view: ConnectPage): Html =>
  connectPage(
    view,
    'cloudways-tools',
    html`With this server, an AI agent runs a Cloudways hosting account. Unofficial: not affiliated with Cloudways.`,
  )

/** For a browser at the endpoint, where programs send requests. */
export const endpointPage = (view: ConnectPage): Html =>
  connectPage(
    view,
    'This address is for an assistant',
    html`You have reached the MCP endpoint of cloudways-tools. Add its address to the program in which you talk to your
assistant.`,
  )

function connectPage(view: ConnectPage, title: string, lead: Html): Html {
  const { endpoint, headers, signIn, journal } = view
  const names = Object.keys(clients) as ClientName[]
  return page(
    title,
    html`${icon(icons.cloud)}
<h1>${title}</h1>
<p class="soft">${lead}</p>
<h2>Connect a client</h2>
<p>The address is <code>${endpoint}</code> (streamable HTTP). ${access(view)}</p>
<dl class="facts">${names.map((name) => row(clients[name], way(name, view)))}</dl>
${
  headers &&
  html`<h2>Without a browser</h2>
<p>A request may name its own account in headers: <code>${either}</code>.</p>`
}
${
  signIn &&
  html`<h2>For you</h2>
<p>See <a href="${baseOf(endpoint)}/inbox">what waits for your yes</a>${journal && html`, and <a href="${baseOf(endpoint)}/changes">what was changed</a>`}.</p>`
}`,
    {
      footer: html`cloudways-tools ${version}. <a href="${baseOf(endpoint)}/health">Health</a>`,
      wide: true,
    },
  )
}

/** What happens at the first connection, and nothing that does not. */
function access({ anonymous, signIn, headers }: ConnectPage): string {
  if (anonymous)
    return 'On this computer it works without a sign-in: this server was started with an account, and clients use that.'
  if (signIn) return 'The client then opens a browser, where you sign in to your Cloudways account.'
  if (headers) return 'Nobody signs in here: each request brings an access token of Cloudways in a header.'
  return 'Its operator decides who may use it.'
}

const baseOf = (endpoint: string) => endpoint.replace(/\/mcp$/, '')

const row = ({ title }: Client, how: Html) => html`<div><dt>${title}</dt><dd>${how}</dd></div>`

function way(name: ClientName, { endpoint, anonymous, signIn, headers }: ConnectPage): Html {
  const client: Client = clients[name]
  const byHeader = headers && !anonymous && !signIn
  if (name === 'claude-code') {
    const add = `claude mcp add --transport http cloudways ${endpoint}`
    return command(byHeader ? `${add} --header "${credentialHeaders.accessToken}: YOUR_TOKEN"` : add)
  }
  const takesAddress = client.entry({ url: endpoint }) !== undefined
  if (!takesAddress) {
    // Its connectors are called from the maker's servers, and bring no headers.
    if (endpoint.startsWith('https:') && !byHeader)
      return html`In its settings, add a custom connector with the address.`
    return html`${command(`npx -y cloudways-tools install ${name}`)}<p class="hint">It does not reach this address: this starts
a server of its own.</p>`
  }
  const install = command(`npx -y cloudways-tools install ${name} --url ${endpoint}`)
  if (!byHeader) return install
  return html`${install}<p class="hint">Then add the header <code>${credentialHeaders.accessToken}</code> in its file.</p>`
}

const command = (text: string): Html => html`<pre tabindex="0">${text}</pre>`
