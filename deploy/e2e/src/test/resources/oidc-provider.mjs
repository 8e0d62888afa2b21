// An OpenID provider (npm oidc-provider) as a test needs it: everybody who comes is alice, and agrees to what
// is asked. Arguments: the folder of the packages. Listens at 127.0.0.1 on PORT.
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const packages = resolve(process.argv[2]);
const { default: Provider } = await import(
  pathToFileURL(resolve(packages, 'oidc-provider/lib/index.js')).href
);
const port = Number(process.env.PORT);
const issuer = `http://127.0.0.1:${port}`;
const scopes = ['mcp:read', 'mcp:tools:call', 'mcp'];

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'ide',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback'],
    },
    {
      client_id: 'gateway',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/authorize/callback'],
    },
    {
      client_id: 'machine',
      client_secret: 'canary-of-the-machine-4d1f',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access', ...scopes],
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: () => true,
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({
        scope: scopes.join(' '),
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});

// Where a person would sign in and agree.
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) {
    return next();
  }
  const { prompt, params, session, grantId } = await provider.interactionDetails(ctx.req, ctx.res);
  if (prompt.name === 'login') {
    return provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: 'alice' } });
  }
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) {
    grant.addOIDCScope(prompt.details.missingOIDCScope.join(' '));
  }
  for (const [resource, missing] of Object.entries(prompt.details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, missing.join(' '));
  }
  const consent = { consent: { grantId: await grant.save() } };
  return provider.interactionFinished(ctx.req, ctx.res, consent, { mergeWithLastSubmission: true });
});

provider.listen(port, '127.0.0.1');
