'use strict';

// The key stays in this page: it is neither stored nor sent anywhere but to this host.
let key = '';

function withKey(request) {
  const target = new URL(request.url, window.location.href);
  const own = target.origin === window.location.origin;
  const named = Object.keys(request.headers || {}).some((name) => /^(authorization|x-api-key)$/i.test(name));
  if (key && own && !named) {
    request.headers = { ...request.headers, 'X-API-Key': key };
  }
  return request;
}

function say(text) {
  document.getElementById('state').textContent = text;
}

function withResult(response) {
  const asked = new URL(response.url, window.location.href);
  if (asked.origin === window.location.origin && asked.pathname === '/openapi.json') {
    if (response.status === 401) {
      say('This key is not valid, or has expired or been revoked.');
    } else if (response.status >= 400) {
      say(`The document cannot be read now (${response.status}).`);
    } else {
      say(key ? 'With the key: what its owner may call.' : 'Without a key: what is open to anybody.');
    }
  }
  return response;
}

function show() {
  window.SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#operations',
    deepLinking: true,
    docExpansion: 'none',
    tryItOutEnabled: false,
    persistAuthorization: false,
    validatorUrl: null,
    requestInterceptor: withKey,
    responseInterceptor: withResult,
    // The command line that is shown for a request is the one before the key is added.
    showMutatedRequest: false,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
}

document.getElementById('credential').addEventListener('submit', (event) => {
  event.preventDefault();
  key = document.getElementById('key').value.trim();
  say('');
  show();
});

show();
