"""The review window: the project in the browser of this machine. Routes and pages; what they do is done by the packages below.

app          every route, and how to add a screen
security     who may ask: host, origin, cookie; the headers of every answer
launch       how the browser gets its cookie: a code that works once, from a file that only its owner can read
server       the server on 127.0.0.1: a free port, and its end 30 minutes after the last request
endpoint     a function that takes a question and gives JSON, as a route
workspace    what is known of the project, kept until the project changes
screens      one file of routes for each screen
static       the page: one module and one style sheet for each screen; nothing comes from outside
"""
