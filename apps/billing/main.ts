import '../check-node.cjs';
import 'reflect-metadata';

import { keepFilesPrivate } from './infrastructure/data-dir';
import { runService } from './run-service';

keepFilesPrivate();
void runService(process.env);
