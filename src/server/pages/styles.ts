/**
 * The style sheet of all pages. The Content-Security-Policy allows exactly this text, by its hash.
 *
 * @module
 */

export const style = `
:root {
  color-scheme: light dark;
  --page: #f3f4f7; --card: #fff; --ink: #171a23; --soft: #565d6d; --line: #d9dce4; --edge: #878e9f;
  --field: #fff; --accent: #3a43d6; --accent-deep: #2b33b4; --on-accent: #fff; --tint: #eef0fd;
  --bad: #b3201c; --bad-deep: #8f1612; --on-bad: #fff; --bad-tint: #fdf0ef;
  --warn: #855100; --warn-deep: #693f00; --on-warn: #fff; --warn-tint: #fff3dc; --glow: rgb(58 67 214 / .2);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1015; --card: #171a21; --ink: #eceef4; --soft: #a6adbd; --line: #2b303b; --edge: #737b8d;
    --field: #10131a; --accent: #a3adff; --accent-deep: #bcc4ff; --on-accent: #10142e; --tint: #1f2440;
    --bad: #ff9d96; --bad-deep: #ffb9b4; --on-bad: #2b0d0c; --bad-tint: #331a1b;
    --warn: #ffc36b; --warn-deep: #ffd596; --on-warn: #2b1b00; --warn-tint: #33270f; --glow: rgb(163 173 255 / .28);
  }
}
[hidden] { display: none !important }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
*, ::before, ::after { box-sizing: border-box }
html { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; -webkit-text-size-adjust: 100% }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: 2rem 1rem; display: grid;
  align-content: safe center; justify-items: center; gap: 1.1rem; background: var(--page); color: var(--ink);
}
main {
  width: 100%; max-width: 29rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 18px; box-shadow: 0 1px 2px rgb(15 18 30 / .05), 0 18px 44px -22px rgb(15 18 30 / .22);
}
main.wide { max-width: 38rem }
h1 { margin: 0; font-size: 1.45rem; line-height: 1.25; letter-spacing: -.015em; text-wrap: balance; overflow-wrap: anywhere }
h2 { margin: 1.6rem 0 0; font-size: 1.05rem }
p { margin: .6rem 0 0; text-wrap: pretty }
p + p { margin-top: .3rem }
a { color: var(--accent); text-underline-offset: .18em }
a:hover { color: var(--accent-deep) }
svg { display: block }
.mark {
  display: inline-grid; place-items: center; width: 44px; height: 44px; margin-bottom: 1.1rem;
  border-radius: 13px; background: var(--tint); color: var(--accent);
}
.mark.bad { background: var(--bad-tint); color: var(--bad) }
.mark.warn { background: var(--warn-tint); color: var(--warn) }
.soft, small { color: var(--soft) }
.host { color: var(--ink); font-weight: 600; overflow-wrap: anywhere }
form { margin: 1.4rem 0 0 }
label.name { display: block; font-weight: 600 }
.hint { margin: .15rem 0 .5rem; font-size: .9rem; color: var(--soft) }
input[type=text], input[type=email], input[type=password] {
  width: 100%; min-height: 46px; padding: .6rem .8rem; font: inherit; color: inherit; background: var(--field);
  border: 1px solid var(--edge); border-radius: 10px;
}
input:focus-visible, button:focus-visible, summary:focus-visible, a:focus-visible, pre:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px;
}
input[type=text]:focus-visible, input[type=email]:focus-visible, input[type=password]:focus-visible {
  outline-offset: -1px; box-shadow: 0 0 0 4px var(--glow);
}
input[aria-invalid=true] { border-color: var(--bad) }
.problem {
  margin: .5rem 0 0; padding: .6rem .8rem; border-radius: 10px; background: var(--bad-tint); color: var(--bad);
  font-size: .94rem;
}
details { margin-top: .9rem }
summary { width: fit-content; padding: .2rem 0; color: var(--soft); font-size: .94rem; cursor: pointer; border-radius: 4px }
summary:hover { color: var(--ink) }
details > div { margin-top: .7rem; padding-left: .9rem; border-left: 2px solid var(--line) }
details label.name { margin-bottom: .35rem; font-size: .94rem }
details label.name + input + label.name, details .problem + label.name { margin-top: .8rem }
fieldset { margin: 1.3rem 0 0; padding: 0; border: 0; min-width: 0 }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600 }
.choices { border: 1px solid var(--line); border-radius: 12px; overflow: clip }
.choices label { display: flex; gap: .75rem; padding: .7rem .85rem; cursor: pointer }
.choices label + label { border-top: 1px solid var(--line) }
.choices label:hover { background: color-mix(in srgb, var(--tint) 45%, transparent) }
.choices label:has(:disabled) { cursor: default }
.choices label.careful:has(:checked) { background: var(--bad-tint) }
.choices input { flex: none; width: 18px; height: 18px; margin: .2rem 0 0; accent-color: var(--accent) }
.choices .careful input { accent-color: var(--bad) }
.choices b { display: block; font-weight: 600 }
.choices small { display: block; text-wrap: pretty; font-size: .88rem; line-height: 1.4 }
.careful:has(:checked) b { color: var(--bad) }
.buttons { display: flex; gap: .7rem; margin-top: 1.5rem }
button, .button {
  display: inline-grid; place-items: center; min-height: 46px; padding: .6rem 1.15rem; font: inherit; font-weight: 600;
  border: 1px solid transparent; border-radius: 10px; cursor: pointer; text-decoration: none; text-align: center;
}
.main { flex: 1; background: var(--accent); color: var(--on-accent) }
.main:hover { background: var(--accent-deep); color: var(--on-accent) }
.plain { background: transparent; color: var(--ink); border-color: var(--edge) }
.plain:hover { background: var(--tint) }
.main.bad { background: var(--bad); color: var(--on-bad) }
.main.bad:hover { background: var(--bad-deep); color: var(--on-bad) }
.main.warn { background: var(--warn); color: var(--on-warn) }
.main.warn:hover { background: var(--warn-deep); color: var(--on-warn) }
.facts { display: grid; gap: .8rem; margin: 1.3rem 0 0 }
.facts > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: .2rem 1rem; padding-top: .8rem; border-top: 1px solid var(--line) }
dt { color: var(--soft); overflow-wrap: anywhere }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; text-wrap: pretty }
dd > p:first-child { margin-top: 0 }
dd ul { margin: 0; padding: 0; list-style: none }
dd ol { margin: .5rem 0 .8rem; padding: 0 0 0 1.9rem }
dd li + li { margin-top: .4rem }
dd details { margin-top: .4rem }
.rows { margin: 1.3rem 0 0; padding: 0; list-style: none }
.rows > li { padding: .9rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
.rows a { font-weight: 600 }
.rows p { margin-top: .35rem }
.rows pre { margin-top: .5rem }
.facts + .hint, pre + .hint { margin-top: .9rem }
.risk { padding: .1rem .5rem; border-radius: 6px; background: var(--tint); color: var(--accent) }
.risk.warn { background: var(--warn-tint); color: var(--warn) }
.risk.bad { background: var(--bad-tint); color: var(--bad) }
.alarm { color: var(--bad) }
code, pre { font: .88rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
code { overflow-wrap: anywhere }
pre {
  margin: .5rem 0 0; padding: .7rem .8rem; background: var(--field);
  border: 1px solid var(--line); border-radius: 10px; white-space: pre-wrap; overflow-wrap: anywhere;
}
dd pre { margin-top: 0 }
dd li > pre { margin-top: .3rem }
.copyable { display: flex; gap: .7rem; align-items: start; justify-content: space-between }
.copyable code { min-width: 0 }
button.copy { flex: none; min-height: 34px; padding: .2rem .7rem; font-size: .88rem }
.value { font-size: 1rem; white-space: pre-wrap; user-select: all; unicode-bidi: bidi-override; direction: ltr }
footer { max-width: 29rem; padding: 0 .5rem; font-size: .86rem; color: var(--soft); text-align: center; text-wrap: pretty }
@media (max-width: 30rem) {
  body { padding: 0; gap: 0; align-content: start; background: var(--card) }
  main, main.wide { padding: 1.5rem 1.15rem 1rem; border: 0; border-radius: 0; box-shadow: none; max-width: none }
  .facts > div { grid-template-columns: 1fr }
  footer { padding: .5rem 1.15rem 2rem; max-width: none; text-align: left }
}
@media (forced-colors: active) { .mark, .choices, .problem { border: 1px solid } }
@media (prefers-reduced-motion: no-preference) { button, .button, input { transition: background-color .12s, box-shadow .12s } }
`
