export * from '@retrograd/core';
export * as data from '@retrograd/data';
export * as nn from '@retrograd/nn';
export * as optim from '@retrograd/optim';
