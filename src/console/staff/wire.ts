// Imported first: the page's policy forbids making code from strings, so zod is told not to try.
import { z } from 'zod';

z.config({ jitless: true });
