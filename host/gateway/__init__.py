"""What the world sees of the host: an HTTP API and a WebSocket API as Amazon API Gateway offers them, and the web app.

server      the listening socket and the way of one request
routes      path and method → function
http_event  a request as Lambda gets it, a function's reply as the client gets it (payload format 2.0)
sockets     open WebSocket connections, their events, and `@connections`
static      the built web app
mail_page   the e-mails that would have been sent
problems    RFC 9457 errors for what never reaches a function
"""
