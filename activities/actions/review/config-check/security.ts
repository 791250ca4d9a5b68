import type { Found } from '../../../../domain/reviews/finding.ts';
import type { Check } from '../check.ts';
import { words } from '../reviewed-database.ts';
import { checkOf } from './rule.ts';

/** Passwords, encryption and what is written down (PostgreSQL docs, 19.3 and 20.1). */
export const securitySettings = checkOf(
  'security settings',
  ['config', 'security'],
  [
    {
      name: 'password_encryption',
      severity: 'critical',
      isWrong: (value) => value !== 'scram-sha-256',
      title: words('Пароли хранятся как MD5', 'Passwords are stored as MD5'),
      advice: words('Задайте scram-sha-256 и обновите пароли', 'Set scram-sha-256 and renew the passwords'),
      wanted: 'scram-sha-256',
    },
    {
      name: 'ssl',
      severity: 'warning',
      isWrong: (value, settings) => value === 'off' && !isLocal(settings.text('listen_addresses') ?? ''),
      title: words('Соединения из сети не шифруются', 'Connections over the network are not encrypted'),
      advice: words('Поставьте сертификат и включите ssl', 'Install a certificate and turn ssl on'),
      wanted: 'on',
    },
    {
      name: 'row_security',
      severity: 'warning',
      isWrong: (value) => value === 'off',
      title: words('row_security выключен', 'row_security is off'),
      advice: words('Включите row_security', 'Turn row_security on'),
      wanted: 'on',
    },
  ],
);

function isLocal(addresses: string): boolean {
  const local = new Set(['', 'localhost', '127.0.0.1', '::1']);
  return addresses.split(',').every((address) => local.has(address.trim()));
}

interface Role {
  readonly name: string;
}

/** Superusers beside the first one, and who may create in the schema public (PostgreSQL 15 took that from all). */
export const securityRoles: Check = {
  name: 'roles',
  targets: ['config', 'security'],
  async run({ database }) {
    const supers = await database.query<Role>(
      'select rolname::text as name from pg_catalog.pg_roles where rolsuper and rolcanlogin and oid <> 10 order by 1',
    );
    const [open] = await database.query<Role>(
      `select nspname::text as name from pg_catalog.pg_namespace n, aclexplode(n.nspacl) a
        where nspname = 'public' and a.grantee = 0 and a.privilege_type = 'CREATE' limit 1`,
    );
    const found: Found[] = [];
    if (supers.length > 0) found.push(moreSuperusers(supers.map(({ name }) => name)));
    if (open !== undefined) found.push(openSchema());
    return { found };
  },
};

function moreSuperusers(names: readonly string[]): Found {
  const list = names.slice(0, 20).join(', ');
  return {
    code: 'superusers',
    severity: 'warning',
    object: null,
    title: words('Лишние суперпользователи', 'More superusers than one'),
    evidence: words(`Могут входить: ${list}`, `These may log in: ${list}`),
    advice: words(
      'Оставьте одного; остальным дайте только нужные права',
      'Keep one; give the others the rights that they need',
    ),
    sql: names
      .slice(0, 20)
      .map((name) => `ALTER ROLE "${name.replaceAll('"', '""')}" NOSUPERUSER;`)
      .join('\n'),
    measure: names.length,
  };
}

function openSchema(): Found {
  return {
    code: 'public_schema_open',
    severity: 'warning',
    object: 'public',
    title: words('В схеме public кто угодно может создавать объекты', 'Anyone may create in the schema public'),
    evidence: words('У PUBLIC есть право CREATE', 'PUBLIC holds CREATE'),
    advice: words('Отзовите право: через него подменяют функции', 'Revoke it: functions can be shadowed through it'),
    sql: 'REVOKE CREATE ON SCHEMA public FROM PUBLIC;',
    measure: null,
  };
}
