/**
 * Texts with made-up secrets, by family. `{}` stands for the secret.
 *
 * @module
 */

import { hex, made, of, type Sample, tokens } from './tokens.ts'

const word = 'Zx9-quiet-Harbour7'

const settings = [
  ...of(
    'settings',
    word,
    'DB_PASSWORD={}',
    'db_pass = {}',
    'mysql_pass: {}',
    'REDIS_PASSWORD="{}"',
    "SMTP_PASS='{}'",
  ),
  ...of('settings', word, 'dbPassword: "{}"', 'client_secret={}', 'consumer_secret: {}', 'APP_KEY=base64:{}'),
  ...of(
    'settings',
    word,
    'AWS_SECRET_ACCESS_KEY={}',
    'STRIPE_KEY={}',
    'export API_TOKEN={}',
    'MAILGUN_API_KEY={}',
  ),
  ...of(
    'settings',
    word,
    'AccountKey={};EndpointSuffix=core.windows.net',
    'Server=db;User Id=sa;Password={};',
  ),
  ...of('settings', word, '//registry.npmjs.org/:_authToken={}', 'jdbc:mysql://db/shop?user=me&password={}'),
  ...of(
    'other languages',
    word,
    'Passwort: {}',
    'Kennwort={}',
    'contraseña: {}',
    'senha={}',
    'mot de passe : {}',
  ),
  ...of('other languages', word, 'wachtwoord: {}', 'пароль: {}', '密码: {}'),
  ...of(
    'sentence',
    word,
    'Your password is {}',
    'the password was "{}" before',
    'set the password to {} now',
  ),
  ...of(
    'JSON',
    word,
    '{"password":"{}"}',
    '{"smtp":{"pass": "{}"}}',
    '{"auth_token":"{}"}',
    '{\\"secret\\":\\"{}\\"}',
  ),
  ...of('JSON rows', word, '{"name":"API_KEY","value":"{}"}', '[{"key":"db_password","value":"{}"}]'),
  ...of(
    'JSON rows',
    word,
    '{"option_name":"smtp_password","option_value":"{}"}',
    '{"name": "X-Api-Key", "value": "{}"}',
  ),
  ...of(
    'YAML',
    word,
    'password: {}\nuser: me',
    'secret_key: "{}"',
    "token: '{}'".replace('token', 'access_token'),
  ),
  ...of(
    'XML',
    word,
    '<password>{}</password>',
    '<api_key>{}</api_key>',
    '<key>password</key><string>{}</string>',
  ),
  ...of('PHP', word, "define('DB_PASSWORD', '{}');", 'define( "AUTH_KEY", "{}" );', "'password' => '{}',"),
  ...of('PHP', word, '$password = "{}";', "$config['db_pass'] = '{}';", "putenv('API_SECRET={}');"),
  ...of('PHP serialised', word, `s:8:"password";s:${word.length}:"{}";`, `a:1:{s:9:"smtp_pass";s:18:"{}";}`),
  ...of(
    'PHP serialised',
    word,
    `s:7:"api_key";s:18:"{}";s:4:"mode";s:4:"live";`,
    `s:13:\\"client_secret\\";s:18:\\"{}\\";`,
  ),
  ...of('WordPress', hex(32), '/wp-login.php?action=rp&key={}&login=ann', "'key' => '{}',"),
  ...of('hash', `$2y$10$${made(53)}`, 'user_pass {} of ann', '(1,"ann","{}")'),
  ...of('hash', `$P$B${made(30)}`, 'INSERT INTO wp_users VALUES (1, "ann", "{}")', 'hash {}'),
  ...of('hash', `$apr1$${made(8)}$${made(22)}`, 'ann:{}'),
  ...of('hash', `$6$${made(8)}$${made(86)}`, 'root:{}:19000:0:99999:7:::'),
  ...of('hash', `*${made(40, '0123456789ABCDEF')}`, "IDENTIFIED VIA mysql_native_password USING '{}'"),
]

const queries = [
  ...of(
    'SQL',
    word,
    "CREATE USER bob IDENTIFIED BY '{}'",
    "SET PASSWORD FOR bob = '{}'",
    'ALTER USER b IDENTIFIED BY "{}"',
  ),
  ...of('SQL', word, "UPDATE users SET `password` = '{}' WHERE id = 3", "UPDATE t SET `api_key`='{}'"),
  ...of('SQL', word, "SELECT AES_DECRYPT('{}', k)", "WHERE pwd = MD5('{}')", "UPDATE u SET user_pass='{}'"),
]

const commands = [
  ...of(
    'command',
    word,
    'mysql -u root -p{} shop',
    "mysqldump -uroot -p'{}' shop > x.sql",
    'mysqladmin --password={} ping',
  ),
  ...of(
    'command',
    word,
    'curl -u admin:{} https://x.example',
    'curl --user "me:{}" https://x.example',
    'sshpass -p {} ssh me@h',
  ),
  ...of(
    'command',
    word,
    'redis-cli -h r -a {} ping',
    'wp user update 1 --user_pass={}',
    'PGPASSWORD={} psql -h db',
  ),
  ...of(
    'command',
    word,
    'openssl rsa -passin pass:{} -in k.pem',
    'tool --token {} run',
    'tool --api-key={} run',
  ),
  ...of(
    'command',
    word,
    'machine github.com login me password {}',
    'htpasswd -b -c .htpasswd ann {}',
    'SetEnv DB_PASSWORD {}',
  ),
  ...of(
    'command',
    made(40),
    'curl -H "Authorization: Bearer {}" https://x',
    'wget --header="X-Api-Key: {}" https://x',
  ),
]

const addresses = [
  ...of(
    'URL',
    word,
    'mysql://user:{}@127.0.0.1/db',
    'redis://:{}@cache:6379/0',
    'ftp://me@example.com:{}@ftp.example.com/',
  ),
  ...of(
    'URL',
    word,
    'https://me:{}@example.com/x.git',
    'mongodb+srv://app:{}@c.example.net/db',
    'amqp://u:{}@mq:5672',
  ),
  ...of(
    'URL',
    word,
    'smtp://ann@example.com:{}@mail.example.com:587',
    'postgres://u:{}@db/app?sslmode=require',
  ),
  ...of('URL', made(32), 'https://{}@github.com/acme/shop.git', 'https://{}@o1.ingest.sentry.example/42'),
  ...of(
    'URL',
    made(40),
    'https://x.example/file?sig={}&se=2026',
    'https://b.s3.example/k?X-Amz-Signature={}',
  ),
  ...of(
    'URL',
    made(32),
    'https://x.example/reset?token={}',
    'https://x.example/?access_token={}',
    '/cb?code={}&state=1',
  ),
  ...of('URL', `T000/B000/${made(24)}`, 'https://hooks.slack.com/services/{}'),
  ...of('URL', `123456789/${made(60)}`, 'https://discord.com/api/webhooks/{}'),
  ...of(
    'header',
    made(40),
    'Authorization: Bearer {}',
    'authorization: Token {}',
    'X-Auth-Token: {}',
    'Proxy-Authorization: Basic {}',
  ),
  ...of(
    'header',
    made(40),
    'Cookie: PHPSESSID={}; theme=dark',
    'Set-Cookie: session={}; Path=/',
    'session_id={}',
  ),
  ...of('header', made(40), 'Cookie: theme=dark; wordpress_logged_in_abc={}'),
]

const body = `${made(64)}\n${made(64)}`
const kinds = [
  'RSA PRIVATE KEY',
  'PRIVATE KEY',
  'OPENSSH PRIVATE KEY',
  'EC PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'PGP PRIVATE KEY BLOCK',
]
const keys = [
  ...kinds.flatMap((kind) => of('key', body, `-----BEGIN ${kind}-----\n{}\n-----END ${kind}-----`)),
  ...of(
    'key',
    body,
    '-----BEGIN RSA PRIVATE KEY-----\n{}',
    'PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 2\n{}\nPrivate-MAC: 1',
  ),
]

const written = [
  ...of(
    'written',
    word,
    "INSERT INTO wp_options VALUES (12,'smtp_pass','{}','yes')",
    "array('db_password', '{}', 'utf8')",
    '["api_token","{}"]',
    "SET @pw := '{}'",
    'pw={}',
    'The passphrase is {}',
    'his passcode was "{}"',
    'GET /?reset_key={}&login=bob',
    '/file?x=1&file_signature={}',
  ),
]

export const secrets: readonly Sample[] = [
  ...tokens,
  ...settings,
  ...queries,
  ...commands,
  ...addresses,
  ...keys,
  ...written,
]
