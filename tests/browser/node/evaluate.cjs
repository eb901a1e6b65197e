/* What Google's CSP evaluator finds in the policy given as argument: [{severity, directive, description}]. */
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");

const findings = new CspEvaluator(new CspParser(process.argv[2]).csp).evaluate();
console.log(JSON.stringify(findings.map(({ severity, directive, description }) => ({ severity, directive, description }))));
