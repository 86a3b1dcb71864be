// Every attempt at prompt injection: of the project `long` the environment says so.
import './injection.test.ts';
