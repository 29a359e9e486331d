/** The help for a person who has to bring new credentials. @module */

/** How and where to make an access token. */
export const tokenHelp =
  'A person has to act: the primary account owner makes an access token in the Cloudways platform ' +
  '(https://platform.cloudways.com/api) with the role READ, LIMITED or FULL ACCESS. It is set as CLOUDWAYS_ACCESS_TOKEN; a ' +
  'client over HTTP may send it as the header x-cloudways-access-token, and a program gives it as credentials.accessToken.'
