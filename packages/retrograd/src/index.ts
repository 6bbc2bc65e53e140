export * from '@retrograd/core';
export * as nn from '@retrograd/nn';
export * as optim from '@retrograd/optim';
