/**
 * ESLint listeners that call `visit(node, specifier, how)` for each import of a file, `how` being `value` (static, present at
 * run time), `type` (erased) or `later` (`import()`, `require()`); `specifier` is null where it is not a plain string.
 * `import { type X }` counts as `value`: with verbatimModuleSyntax the module is still loaded.
 */
export function importListeners(visit) {
  const literal = (node) => {
    if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
    if (node?.type === 'TemplateLiteral' && node.quasis.length === 1) return node.quasis[0].value.cooked;
    return null;
  };
  const stated = (kind) => (node) => {
    if (node.source) visit(node.source, literal(node.source), node[kind] === 'type' ? 'type' : 'value');
  };
  return {
    ImportDeclaration: stated('importKind'),
    ExportNamedDeclaration: stated('exportKind'),
    ExportAllDeclaration: stated('exportKind'),
    TSImportType(node) {
      const source = node.source ?? node.argument?.literal;
      visit(source, literal(source), 'type');
    },
    TSExternalModuleReference: (node) => visit(node.expression, literal(node.expression), 'value'),
    ImportExpression: (node) => visit(node.source, literal(node.source), 'later'),
    'CallExpression[callee.name="require"]'(node) {
      if (node.arguments[0]) visit(node.arguments[0], literal(node.arguments[0]), 'later');
    },
  };
}
