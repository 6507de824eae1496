import { Controller, Get } from '@nestjs/common';
import { openApi } from './openapi.js';

@Controller()
export class OpenApiController {
  @Get('openapi.json')
  document(): object {
    return openApi;
  }
}
